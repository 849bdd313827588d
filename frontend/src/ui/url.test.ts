import { describe, expect, it } from "vitest";
import { many, parseSearch, stringifySearch } from "./url";

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

  it("have no question mark without filters", () => {
    expect(stringifySearch({ q: "" })).toBe("");
  });

  it("read one tag and several alike", () => {
    expect(many("3")).toEqual(["3"]);
    expect(many(undefined)).toEqual([]);
    expect(many(["3", "7"])).toEqual(["3", "7"]);
  });
});
