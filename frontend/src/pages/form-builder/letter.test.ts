import { describe, expect, it } from "vitest";
import { readLetter, writeLetter } from "./letter";

describe("the confirmation email of a form", () => {
  it("comes back as it was written", () => {
    const letter = {
      text: "Hello,\nthanks for asking.\n\nOne click and you are in.",
      button: "Yes, send me the letter",
      after: "Did you not ask? Do nothing.",
    };
    expect(readLetter(writeLetter(letter))).toEqual(letter);
  });

  it("has its confirming button between the texts", () => {
    const nodes = writeLetter({ text: "Hi", button: "Confirm", after: "Bye" }).doc.content ?? [];
    expect(nodes[1]).toMatchObject({
      type: "button",
      attrs: { href: "{{ confirmation_url }}", label: "Confirm" },
    });
  });

  it("does not touch a document that holds more than it can show", () => {
    const bold = { type: "text", text: "loud", marks: [{ type: "bold" }] };
    expect(
      readLetter({ v: 1, doc: { type: "doc", content: [{ type: "paragraph", content: [bold] }] } }),
    ).toBeNull();
    expect(
      readLetter({ v: 1, doc: { type: "doc", content: [{ type: "image", attrs: { src: "x" } }] } }),
    ).toBeNull();
  });

  it("reads an empty document as an empty letter", () => {
    expect(readLetter({})).toEqual({ text: "", button: "", after: "" });
  });
});
