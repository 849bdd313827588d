import type { JSONContent } from "@tiptap/core";
import type { BlockDocument, BlockNode } from "@/types";

/** What the canvas can show and change. Anything else stands as a locked block and is kept as it came. */
export const NODES = new Set([
  "doc",
  "paragraph",
  "heading",
  "bulletList",
  "orderedList",
  "listItem",
  "blockquote",
  "codeBlock",
  "horizontalRule",
  "image",
  "button",
  "html",
  "variable",
  "hardBreak",
  "text",
]);
export const MARKS = new Set(["bold", "italic", "underline", "strike", "code", "link"]);
const INLINE = new Set(["text", "variable", "hardBreak"]);

type Marked = { type?: string; attrs?: Record<string, unknown> };
const empty: JSONContent = { type: "doc", content: [{ type: "paragraph" }] };

/** The stored document as the canvas takes it. */
export function toEditor(body: Partial<BlockDocument>): JSONContent {
  const doc = body.doc;
  if (doc?.type !== "doc" || !doc.content?.length) return empty;
  return { type: "doc", content: doc.content.map((node) => lock(node, false)) };
}

function lock(node: BlockNode, inline: boolean): JSONContent {
  const strange = ((node.marks ?? []) as Marked[]).some((mark) => !MARKS.has(mark.type ?? ""));
  if (!NODES.has(node.type) || strange || (inline && !INLINE.has(node.type))) {
    return { type: inline ? "lockedText" : "locked", attrs: { kept: JSON.stringify(node) } };
  }
  const inside = node.type === "paragraph" || node.type === "heading";
  const copy: JSONContent = { ...(node as JSONContent) };
  if (node.content) copy.content = node.content.map((child) => lock(child, inside));
  return copy;
}

/** What the canvas holds, as it is stored: without the empty line it keeps at the end for the cursor. */
export function fromEditor(doc: JSONContent): BlockDocument {
  const content = (doc.content ?? []).map(unlock);
  while (content.length > 1 && isBlank(content[content.length - 1])) content.pop();
  return { v: 1, doc: { type: "doc", content } };
}

const isBlank = (node?: BlockNode): boolean => node?.type === "paragraph" && !node.content?.length;

function unlock(node: JSONContent): BlockNode {
  if (node.type === "locked" || node.type === "lockedText") return JSON.parse(String(node.attrs?.kept));
  const copy: BlockNode = { type: node.type ?? "paragraph" };
  const attrs = Object.entries(node.attrs ?? {}).filter(([, value]) => value !== null && value !== undefined);
  if (attrs.length) copy.attrs = Object.fromEntries(attrs);
  if (node.text !== undefined) copy.text = node.text;
  if (node.marks?.length) copy.marks = node.marks.map(plainMark);
  if (node.content) copy.content = node.content.map(unlock);
  return copy;
}

/** A link is stored as its address only. */
const plainMark = (mark: Marked): Marked =>
  mark.type === "link"
    ? { type: "link", attrs: { href: String(mark.attrs?.href ?? "") } }
    : { type: mark.type };

export const wordsIn = (text: string): number => (text.match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu) ?? []).length;

/** Addresses that may stand in a letter: web, mail, telephone, or Liquid that makes one. */
export const isAddress = (href: string): boolean => /^(https?:\/\/|mailto:|tel:|\{\{)/i.test(href.trim());

/** "example.com/page" becomes a full address; what is one already stays. */
export function fullAddress(href: string): string {
  const text = href.trim();
  if (!text || isAddress(text)) return text;
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? `mailto:${text}` : `https://${text.replace(/^\/+/, "")}`;
}

/** Dark or light words, whichever is easier to read on the colour. */
export function inkOn(colour: string): string {
  const parts = /^#(..)(..)(..)$/.exec(colour)?.slice(1) ?? ["1f", "6b", "52"];
  const [red, green, blue] = parts.map((part) => {
    const share = Number.parseInt(part, 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#23211c" : "#ffffff";
}
