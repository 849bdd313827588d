import { describe, expect, it } from "vitest";
import { many, parseSearch, stringifySearch, wholePage } from "./url";

describe("addresses of screens", () => {
  it("keep plain words, repeated names and digits as text", () => {
    const search = { state: "active", tag: ["3", "7"], q: "12", empty: undefined };
    expect(stringifySearch(search)).toBe("?state=active&tag=3&tag=7&q=12");
    expect(parseSearch("state=active&tag=3&tag=7&q=12")).toEqual({
      state: "active",
      tag: ["3", "7"],
      q: "12",
    });
  });

  it("name a page from 1, whatever was typed", () => {
    const typed = ["3", undefined, "-1", "0", "1.5", "x", "99999999", null];
    expect(typed.map(wholePage)).toEqual([3, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("have no question mark without filters", () => {
    expect(stringifySearch({ q: "" })).toBe("");
  });

  it("read one tag and several alike", () => {
    expect(many("3")).toEqual(["3"]);
    expect(many(undefined)).toEqual([]);
    expect(many(["3", "7"])).toEqual(["3", "7"]);
  });
});
