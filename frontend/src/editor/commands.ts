import type { JSONContent } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { type EditorState, NodeSelection, Selection, type Transaction } from "@tiptap/pm/state";

export type Block = { index: number; pos: number; node: Node };

/** The block of the letter that the cursor stands in, or that is selected. */
export function currentBlock(state: EditorState): Block | null {
  const { $from } = state.selection;
  const index = $from.index(0);
  const node = state.doc.maybeChild(index);
  return node ? { index, pos: $from.posAtIndex(index, 0), node } : null;
}

/** Swaps the block with its neighbour; the cursor goes along. Null at the ends. */
export function moveBlock(state: EditorState, by: -1 | 1): Transaction | null {
  const here = currentBlock(state);
  const other = here && state.doc.maybeChild(here.index + by);
  if (!here || !other) return null;
  const { from } = state.selection;
  const whole = state.selection instanceof NodeSelection && from === here.pos;
  const target = here.pos + by * other.nodeSize;
  const change = state.tr.delete(here.pos, here.pos + here.node.nodeSize).insert(target, here.node);
  const at = target + (from - here.pos);
  change.setSelection(
    whole ? NodeSelection.create(change.doc, target) : Selection.near(change.doc.resolve(at)),
  );
  return change.scrollIntoView();
}

/** Takes the block away; a letter keeps at least one empty paragraph. */
export function removeBlock(state: EditorState): Transaction | null {
  const here = currentBlock(state);
  if (!here) return null;
  const end = here.pos + here.node.nodeSize;
  if (state.doc.childCount > 1) {
    const change = state.tr.delete(here.pos, end);
    return change.setSelection(
      Selection.near(change.doc.resolve(Math.min(here.pos, change.doc.content.size)), -1),
    );
  }
  const paragraph = state.schema.nodes.paragraph;
  if (!paragraph) return null;
  const change = state.tr.replaceWith(here.pos, end, paragraph.create());
  return change.setSelection(Selection.atStart(change.doc));
}

/** Puts a block after the current one, or in the place of an empty paragraph, and goes into it; behind a divider,
 * which takes no words, into the text after it. */
export function insertBlock(state: EditorState, block: JSONContent): Transaction {
  const node = state.schema.nodeFromJSON(block);
  const here = currentBlock(state);
  const blank = here?.node.type.name === "paragraph" && here.node.content.size === 0;
  const change = state.tr;
  let at = state.doc.content.size;
  if (here && blank) {
    at = here.pos;
    change.replaceWith(at, at + here.node.nodeSize, node);
  } else {
    if (here) at = here.pos + here.node.nodeSize;
    change.insert(at, node);
  }
  if (node.type.name === "horizontalRule") return goBehind(change, at + node.nodeSize);
  const selectable = node.isAtom && NodeSelection.isSelectable(node);
  change.setSelection(
    selectable ? NodeSelection.create(change.doc, at) : Selection.near(change.doc.resolve(at + 1)),
  );
  return change.scrollIntoView();
}

/** Words typed while a block is selected never replace it: a button takes them as its label, HTML as its source,
 * and behind any other begins a paragraph. Null where nothing of the kind is selected. */
export function typeAtBlock(state: EditorState, words: string, fresh: string): Transaction | null {
  const { selection } = state;
  if (!(selection instanceof NodeSelection) || selection.node.isInline) return null;
  const { node, from, to } = selection;
  if (node.type.name === "button") {
    const { label } = node.attrs as { label: string };
    return changeAttrs(state, from, { label: label === fresh ? words : label + words });
  }
  if (node.type.name === "html") return changeAttrs(state, from, { html: `${node.attrs.html}${words}` });
  if (!node.isAtom) return null;
  return goBehind(state.tr, to).insertText(words);
}

/** The cursor into the text at `pos`, which is made where none stands. */
function goBehind(change: Transaction, pos: number): Transaction {
  const next = change.doc.resolve(pos).nodeAfter;
  const paragraph = change.doc.type.schema.nodes.paragraph;
  if (!next?.isTextblock && paragraph) change.insert(pos, paragraph.create());
  return change.setSelection(Selection.near(change.doc.resolve(pos + 1))).scrollIntoView();
}

/** Changes what the selected block (or chip) is; everything else of it stays. */
export function changeAttrs(state: EditorState, pos: number, attrs: Record<string, unknown>): Transaction {
  const node = state.doc.nodeAt(pos);
  const change = state.tr.setNodeMarkup(pos, undefined, { ...node?.attrs, ...attrs });
  if (state.selection instanceof NodeSelection && state.selection.from === pos) {
    change.setSelection(NodeSelection.create(change.doc, pos));
  }
  return change;
}
