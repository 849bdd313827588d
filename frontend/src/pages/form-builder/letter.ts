import type { BlockDocument, BlockNode } from "@/types";

/** The confirmation email as a person writes it here: paragraphs and one button. */
export type Letter = { text: string; button: string };

const paragraph = (text: string): BlockNode =>
  text ? { type: "paragraph", content: [{ type: "text", text }] } : { type: "paragraph" };

function plain(node: BlockNode): string | null {
  let text = "";
  for (const part of node.content ?? []) {
    if (part.type === "text" && !part.marks?.length) text += part.text ?? "";
    else if (part.type === "hardBreak") text += "\n";
    else return null;
  }
  return text;
}

/** null when the document holds more than paragraphs and a button: then it is shown, not edited, here. */
export function readLetter(body: Partial<BlockDocument>): Letter | null {
  const nodes = body.doc?.content ?? [];
  const paragraphs: string[] = [];
  let button = "";
  for (const node of nodes) {
    if (node.type === "paragraph") {
      const text = plain(node);
      if (text === null) return null;
      paragraphs.push(text);
    } else if (node.type === "button" && !button && String(node.attrs?.href).includes("confirmation_url")) {
      button = String(node.attrs?.label ?? "");
      paragraphs.push("");
    } else return null;
  }
  return { text: paragraphs.filter((text) => text !== "").join("\n\n"), button };
}

/** Paragraphs first, the button last. */
export function writeLetter({ text, button }: Letter): BlockDocument {
  const paragraphs = text
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter(Boolean)
    .map((each) => {
      const lines = each.split("\n");
      if (lines.length === 1) return paragraph(each);
      const content: BlockNode[] = [];
      for (const [at, line] of lines.entries()) {
        if (at > 0) content.push({ type: "hardBreak" });
        if (line) content.push({ type: "text", text: line });
      }
      return { type: "paragraph", content };
    });
  const link: BlockNode = {
    type: "button",
    attrs: { label: button, href: "{{ confirmation_url }}", align: "left" },
  };
  return { v: 1, doc: { type: "doc", content: [...paragraphs, link] } };
}
