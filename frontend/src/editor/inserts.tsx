import type { Editor, JSONContent } from "@tiptap/core";
import {
  CodeXml,
  Heading1,
  Heading2,
  Heading3,
  Image,
  List,
  ListOrdered,
  Minus,
  MousePointerClick,
  Pilcrow,
  Quote,
  SquareCode,
} from "lucide-react";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import { insertBlock } from "./commands";

export type Insert = { id: string; label: string; icon: ReactNode; block: JSONContent; grid: boolean };

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const item = (type: string): JSONContent => ({
  type,
  content: [{ type: "listItem", content: [{ type: "paragraph" }] }],
});
/** What a new button says until it is given words. */
export const freshLabel = (): string => t("Read more");
const heading = (level: number): JSONContent => ({ type: "heading", attrs: { level } });

/** Every block that a letter can have, in the order of the grid and of the slash menu. */
export const inserts = (): Insert[] => [
  { id: "heading", label: t("Heading"), icon: <Heading1 {...icon} />, block: heading(1), grid: true },
  { id: "subheading", label: t("Subheading"), icon: <Heading2 {...icon} />, block: heading(2), grid: true },
  {
    id: "bullets",
    label: t("Bulleted list"),
    icon: <List {...icon} />,
    block: item("bulletList"),
    grid: true,
  },
  {
    id: "numbers",
    label: t("Numbered list"),
    icon: <ListOrdered {...icon} />,
    block: item("orderedList"),
    grid: true,
  },
  {
    id: "quote",
    label: t("Quote"),
    icon: <Quote {...icon} />,
    block: { type: "blockquote", content: [{ type: "paragraph" }] },
    grid: true,
  },
  {
    id: "button",
    label: t("Button"),
    icon: <MousePointerClick {...icon} />,
    block: { type: "button", attrs: { label: freshLabel(), href: "" } },
    grid: true,
  },
  { id: "image", label: t("Image"), icon: <Image {...icon} />, block: { type: "image" }, grid: true },
  {
    id: "divider",
    label: t("Divider"),
    icon: <Minus {...icon} />,
    block: { type: "horizontalRule" },
    grid: true,
  },
  { id: "code", label: t("Code"), icon: <SquareCode {...icon} />, block: { type: "codeBlock" }, grid: true },
  { id: "html", label: t("HTML"), icon: <CodeXml {...icon} />, block: { type: "html" }, grid: true },
  { id: "small", label: t("Small heading"), icon: <Heading3 {...icon} />, block: heading(3), grid: false },
  { id: "text", label: t("Text"), icon: <Pilcrow {...icon} />, block: { type: "paragraph" }, grid: false },
];

export function insert(editor: Editor, block: JSONContent): void {
  editor.view.dispatch(insertBlock(editor.state, block));
  editor.view.focus();
}
