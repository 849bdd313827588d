import { t } from "@/i18n";
import type { FormDetail } from "@/types";

/** Parts of a form that are set by themselves; a field is `field:` and its key. */
export type Block = "picture" | "heading" | "text" | "email" | "button" | "note" | `field:${string}`;

const plain: string[] = ["picture", "heading", "text", "email", "button", "note"];

/** The part that an address names; the button when it names none that is there. */
export function blockOf(name: string | undefined, form: FormDetail): Block {
  if (name && plain.includes(name)) return name as Block;
  if (name?.startsWith("field:") && form.fields.some((field) => `field:${field.key}` === name))
    return name as Block;
  return "button";
}

export function blockName(block: Block): string {
  if (block.startsWith("field:")) return t("Field");
  return {
    picture: t("Picture"),
    heading: t("Heading"),
    text: t("Text"),
    email: t("Fields"),
    button: t("Button"),
    note: t("Note"),
  }[block as Exclude<Block, `field:${string}`>];
}

/** The same list with one field a place up or down; itself when there is no place. */
export function moved<T>(all: T[], at: number, by: number): T[] {
  const to = at + by;
  if (at < 0 || to < 0 || to >= all.length) return all;
  const next = [...all];
  const [one] = next.splice(at, 1);
  if (one !== undefined) next.splice(to, 0, one);
  return next;
}
