import { afterEach, describe, expect, it } from "vitest";
import { ago, calendarDay, clock, n, percent, setZone, short, t, useCatalogue, weekday } from "./i18n";

afterEach(() => {
  useCatalogue({});
  setZone(undefined);
});

describe("texts", () => {
  it("fill in values and write numbers as people do", () => {
    expect(t("{count} of {name}", { count: 12431, name: "Ada" })).toBe("12,431 of Ada");
  });

  it("leave a value that nobody gave", () => {
    expect(t("{{ subscriber.first_name }} works here.")).toBe("{{ subscriber.first_name }} works here.");
  });

  it("know one from many", () => {
    expect(n("{count} person", "{count} people", 1)).toBe("1 person");
    expect(n("{count} person", "{count} people", 2000)).toBe("2,000 people");
  });

  it("come from the catalogue when it has them", () => {
    useCatalogue({ Home: "Start" });
    expect(t("Home")).toBe("Start");
  });
});

describe("figures", () => {
  it("are short in the sidebar", () => {
    expect(short(12431)).toBe("12.4k");
    expect(short(96)).toBe("96");
  });

  it("are a dash without a whole", () => {
    expect(percent(3, 0)).toBe("–");
    expect(percent(null, 1)).toBe("–");
    expect(percent(0.43, 1)).toBe("43.0%");
  });
});

describe("times", () => {
  it("are the account's, not the browser's", () => {
    setZone("Asia/Tokyo");
    expect(clock("2026-11-22T23:04:00Z")).toBe("8:04");
    expect(weekday("2026-11-22T23:04:00Z")).toBe("Mon, Nov 23");
    setZone("America/New_York");
    expect(weekday("2026-11-22T02:00:00Z")).toBe("Sat, Nov 21");
  });

  it("leave a calendar day alone", () => {
    setZone("America/New_York");
    expect(calendarDay("2026-11-22", { month: "short", day: "numeric" })).toBe("Nov 22");
  });

  it("say how long ago in the largest fitting unit", () => {
    const now = Date.parse("2026-11-22T12:00:00Z");
    expect(ago("2026-11-22T11:59:40Z", now)).toBe("just now");
    expect(ago("2026-11-22T11:56:00Z", now)).toBe("4 minutes ago");
    expect(ago("2026-11-19T12:00:00Z", now)).toBe("3 days ago");
    expect(ago("2026-11-24T12:00:00Z", now)).toBe("in 2 days");
  });
});
