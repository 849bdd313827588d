import type { BlockDocument, BlockNode } from "@/types";

/** The confirmation email as a person writes it here: paragraphs around one button. */
export type Letter = { text: string; button: string; after: string };

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
  const before: string[] = [];
  const after: string[] = [];
  let button: string | undefined;
  for (const node of body.doc?.content ?? []) {
    if (node.type === "paragraph") {
      const text = plain(node);
      if (text === null) return null;
      if (text) (button === undefined ? before : after).push(text);
    } else if (node.type === "button" && button === undefined && isConfirming(node)) {
      button = String(node.attrs?.label ?? "");
    } else return null;
  }
  return { text: before.join("\n\n"), button: button ?? "", after: after.join("\n\n") };
}

const isConfirming = (node: BlockNode): boolean => String(node.attrs?.href).includes("confirmation_url");

export function writeLetter({ text, button, after }: Letter): BlockDocument {
  const link: BlockNode = { type: "button", attrs: { label: button, href: "{{ confirmation_url }}" } };
  return { v: 1, doc: { type: "doc", content: [...paragraphs(text), link, ...paragraphs(after)] } };
}

/** A blank line begins a new paragraph; a single one is a line break. */
function paragraphs(text: string): BlockNode[] {
  return text
    .split(/\n\s*\n/)
    .map((each) => each.trim())
    .filter(Boolean)
    .map((each) => {
      const content: BlockNode[] = [];
      for (const [at, line] of each.split("\n").entries()) {
        if (at > 0) content.push({ type: "hardBreak" });
        if (line) content.push({ type: "text", text: line });
      }
      return { type: "paragraph", content };
    });
}
