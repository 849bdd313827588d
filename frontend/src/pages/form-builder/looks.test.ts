import { describe, expect, it } from "vitest";
import { contrast, isCard, textOn } from "./looks";

describe("a form's looks", () => {
  it("measure contrast as the standard does", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  it("keep text readable on every grey and on the narrow band of greens", () => {
    for (let part = 0; part < 256; part += 5) {
      const two = part.toString(16).padStart(2, "0");
      for (const colour of [`#${two}${two}${two}`, `#00${two}00`])
        expect(contrast(textOn(colour), colour)).toBeGreaterThanOrEqual(4.5);
    }
    expect(textOn("#008c00")).toBe("#000000");
  });

  it("make a card of what has a colour or a picture", () => {
    const none = {
      accent: "#2f6f4f",
      background: null,
      radius: 4,
      picture_id: null,
      picture_alt: null,
      picture_place: null,
    };
    expect(isCard(none)).toBe(false);
    expect(isCard({ ...none, background: "#ffffff" })).toBe(true);
    expect(isCard({ ...none, picture_id: 3 })).toBe(true);
  });
});
