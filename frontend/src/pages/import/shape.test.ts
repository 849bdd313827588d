import { describe, expect, it } from "vitest";
import { hasPolicy, keyOf, type Target, targetOf } from "./shape";

describe("where a column goes", () => {
  const targets: Target[] = [
    "email",
    "first_name",
    "tags",
    "skip",
    { field: 3 },
    { new_field: "City: home" },
  ];

  it("survives the select", () => {
    for (const target of targets) expect(targetOf(keyOf(target))).toEqual(target);
  });

  it("has a policy only where a person can hold a value already", () => {
    expect(targets.map(hasPolicy)).toEqual([false, true, false, false, true, true]);
  });
});
