import { getSchema } from "@tiptap/core";
import { EditorState, NodeSelection, TextSelection } from "@tiptap/pm/state";
import { describe, expect, it } from "vitest";
import { changeAttrs, currentBlock, insertBlock, moveBlock, removeBlock, typeAtBlock } from "./commands";
import { fromEditor, fullAddress, inkOn, isAddress, toEditor, wordsIn } from "./document";
import { extensions } from "./schema";

const schema = getSchema(extensions);
const text = (words: string) => ({ type: "paragraph", content: [{ type: "text", text: words }] });

function letter(...content: object[]): EditorState {
  const state = EditorState.create({ schema, doc: schema.nodeFromJSON({ type: "doc", content }) });
  return state.apply(state.tr.setSelection(TextSelection.atStart(state.doc)));
}
const kinds = (state: EditorState) => {
  const names: string[] = [];
  state.doc.forEach((node) => {
    names.push(node.textContent || node.type.name);
  });
  return names;
};

describe("stored documents", () => {
  it("keeps what it does not know, in its place", () => {
    const poll = { type: "poll", attrs: { id: 3 }, content: [{ type: "choice", attrs: { text: "Tea" } }] };
    const sup = { type: "text", text: "2", marks: [{ type: "superscript" }] };
    const doc = { type: "doc", content: [text("one"), poll, { type: "paragraph", content: [sup] }] };
    const shown = toEditor({ v: 1, doc });
    expect(shown.content?.map((node) => node.type)).toEqual(["paragraph", "locked", "paragraph"]);
    expect(() => schema.nodeFromJSON(shown).check()).not.toThrow();
    expect(fromEditor(schema.nodeFromJSON(shown).toJSON())).toEqual({ v: 1, doc });
  });

  it("stores links as addresses and leaves out the last empty line", () => {
    const link = {
      type: "text",
      text: "x",
      marks: [{ type: "link", attrs: { href: "https://a.example", rel: "me" } }],
    };
    const stored = fromEditor({
      type: "doc",
      content: [{ type: "paragraph", attrs: { align: null }, content: [link] }, { type: "paragraph" }],
    });
    expect(stored.doc.content).toEqual([
      {
        type: "paragraph",
        content: [
          { type: "text", text: "x", marks: [{ type: "link", attrs: { href: "https://a.example" } }] },
        ],
      },
    ]);
  });

  it("begins with an empty paragraph", () => {
    expect(toEditor({}).content).toEqual([{ type: "paragraph" }]);
  });
});

describe("commands on blocks", () => {
  it("moves a block with the cursor and stops at the ends", () => {
    const state = letter(text("one"), text("two"));
    const moved = state.apply(moveBlock(state, 1)!);
    expect(kinds(moved)).toEqual(["two", "one"]);
    expect(currentBlock(moved)?.index).toBe(1);
    expect(moveBlock(moved, 1)).toBeNull();
    expect(kinds(moved.apply(moveBlock(moved, -1)!))).toEqual(["one", "two"]);
  });

  it("fills an empty paragraph, else stands after the block, and is selected", () => {
    const first = letter({ type: "paragraph" });
    const filled = first.apply(insertBlock(first, { type: "button", attrs: { label: "Go" } }));
    expect(kinds(filled)).toEqual(["button"]);
    expect(filled.selection).toBeInstanceOf(NodeSelection);
    const state = letter(text("one"), text("two"));
    expect(kinds(state.apply(insertBlock(state, { type: "horizontalRule" })))).toEqual([
      "one",
      "horizontalRule",
      "two",
    ]);
  });

  it("leaves the cursor behind a divider", () => {
    const alone = letter({ type: "paragraph" });
    const ruled = alone.apply(insertBlock(alone, { type: "horizontalRule" }));
    expect(kinds(ruled.apply(ruled.tr.insertText("on")))).toEqual(["horizontalRule", "on"]);
    const between = letter(text("one"), text("two"));
    const both = between.apply(insertBlock(between, { type: "horizontalRule" }));
    expect(kinds(both.apply(both.tr.insertText("and ")))).toEqual(["one", "horizontalRule", "and two"]);
  });

  it("types into a selected button or HTML, and behind any other block", () => {
    const type = (block: object, ...words: string[]) => {
      let state = letter({ type: "paragraph" });
      state = state.apply(insertBlock(state, block));
      for (const each of words) {
        const change = typeAtBlock(state, each, "Read more") ?? state.tr.insertText(each);
        state = state.apply(change);
      }
      return state;
    };
    const button = { type: "button", attrs: { label: "Read more", href: "" } };
    expect(type(button, "B", "uy").doc.child(0).attrs.label).toBe("Buy");
    expect(type({ type: "html" }, "<", "b>").doc.child(0).attrs.html).toBe("<b>");
    const image = type({ type: "image", attrs: { src: "/a.png" } }, "A", " cat");
    expect(kinds(image)).toEqual(["image", "A cat"]);
    expect(typeAtBlock(letter(text("one")), "x", "")).toBeNull();
  });

  it("leaves an empty paragraph when the last block goes", () => {
    const state = letter(text("one"));
    expect(kinds(state.apply(removeBlock(state)!))).toEqual(["paragraph"]);
    const two = letter(text("one"), text("two"));
    expect(kinds(two.apply(removeBlock(two)!))).toEqual(["two"]);
  });

  it("changes one setting of a block and keeps the rest", () => {
    const state = letter({ type: "button", attrs: { label: "Go", href: "https://a.example" } });
    const changed = state.apply(changeAttrs(state, 0, { label: "Read" }));
    expect(changed.doc.firstChild?.attrs).toMatchObject({ label: "Read", href: "https://a.example" });
  });
});

describe("small rules", () => {
  it("completes addresses", () => {
    expect(fullAddress("example.com/a")).toBe("https://example.com/a");
    expect(fullAddress("ada@example.com")).toBe("mailto:ada@example.com");
    expect(fullAddress("{{ unsubscribe_url }}")).toBe("{{ unsubscribe_url }}");
    expect(isAddress("javascript:alert(1)")).toBe(false);
  });
  it("counts words and picks readable ink", () => {
    expect(wordsIn("It’s a well-kept list: 3 items.")).toBe(6);
    expect(inkOn("#1f6b52")).toBe("#ffffff");
    expect(inkOn("#ffe08a")).toBe("#23211c");
  });
});
