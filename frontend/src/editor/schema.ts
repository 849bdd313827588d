import { Extension, mergeAttributes, Node } from "@tiptap/core";
import { Placeholder } from "@tiptap/extensions";
import StarterKit from "@tiptap/starter-kit";
import { t } from "@/i18n";
import { inkOn, isAddress } from "./document";

export const ACCENT = "#1f6b52";

/** Where a paragraph, heading, picture or button stands. */
const Align = Extension.create({
  name: "align",
  addGlobalAttributes() {
    return [
      {
        types: ["paragraph", "heading", "image", "button"],
        attributes: {
          align: {
            default: null,
            parseHTML: (element) => element.style.textAlign || null,
            renderHTML: ({ align }) => (align ? { style: `text-align:${align}` } : {}),
          },
        },
      },
    ];
  },
});

const Image = Node.create({
  name: "image",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    src: { default: "" },
    alt: { default: "" },
    width: { default: null },
    href: { default: null },
  }),
  parseHTML: () => [
    {
      tag: "img[src]",
      getAttrs: (element) => {
        const src = element.getAttribute("src") ?? "";
        return isAddress(src) || src.startsWith("/")
          ? { src, alt: element.getAttribute("alt") ?? "" }
          : false;
      },
    },
  ],
  renderHTML({ HTMLAttributes: { src, alt, width, href: _, ...rest } }) {
    if (!src) {
      return ["figure", mergeAttributes(rest, { class: "empty" }), t("Choose a picture at the side")];
    }
    return ["figure", rest, ["img", { src, alt: alt || "", ...(width ? { width } : {}) }]];
  },
});

const ButtonBlock = Node.create({
  name: "button",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({
    label: { default: "" },
    href: { default: "" },
    color: { default: null },
  }),
  parseHTML: () => [{ tag: "div[data-button]" }],
  renderHTML({ HTMLAttributes: { label, color, href: _, ...rest } }) {
    const fill = color || ACCENT;
    return [
      "div",
      mergeAttributes(rest, { "data-button": "" }),
      ["span", { style: `background:${fill};color:${inkOn(fill)}` }, label || t("Button")],
    ];
  },
});

const Html = Node.create({
  name: "html",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({ html: { default: "" } }),
  renderHTML({ HTMLAttributes: { html } }) {
    const source = String(html || "").trim();
    return ["div", { "data-html": "" }, ["b", {}, t("HTML")], ["code", {}, source || t("Nothing yet")]];
  },
});

const Variable = Node.create({
  name: "variable",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({ name: { default: "first_name" }, fallback: { default: "" } }),
  parseHTML: () => [{ tag: "span[data-variable]" }],
  renderHTML({ HTMLAttributes: { name, fallback } }) {
    return ["span", { "data-variable": name }, chipText(String(name), String(fallback ?? ""))];
  },
  renderText: ({ node }) => String(node.attrs.fallback || ""),
});

/** Made by a newer version or another program: kept, shown, not changed. */
const locked = (name: string, inline: boolean) =>
  Node.create({
    name,
    group: inline ? "inline" : "block",
    inline,
    atom: true,
    addAttributes: () => ({ kept: { default: "{}" } }),
    renderHTML({ HTMLAttributes: { kept } }) {
      const type = String((JSON.parse(String(kept)) as { type?: string }).type ?? "");
      return [
        inline ? "span" : "div",
        { "data-locked": "" },
        t("“{type}”, which cannot be edited here", { type }),
      ];
    },
  });

export function chipText(name: string, fallback: string): string {
  const words = name.replace(/_/g, " ").replace(/^./, (letter) => letter.toUpperCase());
  return fallback ? t("{name} or “{fallback}”", { name: words, fallback }) : words;
}

export const extensions = [
  StarterKit.configure({
    heading: { levels: [1, 2, 3] },
    link: {
      openOnClick: false,
      autolink: true,
      defaultProtocol: "https",
      isAllowedUri: (href) => isAddress(href) || !href.includes(":"),
      HTMLAttributes: { target: null, rel: null },
    },
    dropcursor: { color: "var(--color-accent)", width: 2 },
  }),
  Placeholder.configure({ placeholder: () => t("Write, or type / for a block") }),
  Align,
  Image,
  ButtonBlock,
  Html,
  Variable,
  locked("locked", false),
  locked("lockedText", true),
];
