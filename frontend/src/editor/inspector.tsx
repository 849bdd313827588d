import { NodeSelection } from "@tiptap/pm/state";
import { type Editor, useEditorState } from "@tiptap/react";
import {
  AlignCenter,
  AlignLeft,
  AlignRight,
  ArrowDown,
  ArrowUp,
  Braces,
  Redo2,
  Trash2,
  Undo2,
} from "lucide-react";
import type { ReactNode } from "react";
import { api } from "@/api";
import { useAct, useGet } from "@/data";
import { t } from "@/i18n";
import type { CustomField, Page } from "@/types";
import { FileButton, IconButton, Segmented, TextField } from "@/ui/kit";
import { changeAttrs, currentBlock, moveBlock, removeBlock } from "./commands";
import { insert, inserts } from "./inserts";
import { ACCENT, chipText } from "./schema";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const names = (): Record<string, string> => ({
  paragraph: t("Text"),
  heading: t("Heading"),
  bulletList: t("Bulleted list"),
  orderedList: t("Numbered list"),
  blockquote: t("Quote"),
  codeBlock: t("Code"),
  horizontalRule: t("Divider"),
  image: t("Image"),
  button: t("Button"),
  html: t("HTML"),
  variable: t("Personal word"),
  locked: t("Locked block"),
});

type Chosen = { type: string; pos: number; attrs: Record<string, unknown>; first: boolean; last: boolean };

function chosenIn(editor: Editor): Chosen | null {
  const { state } = editor;
  const block = currentBlock(state);
  if (!block) return null;
  const ends = { first: block.index === 0, last: block.index === state.doc.childCount - 1 };
  const { selection } = state;
  if (selection instanceof NodeSelection && selection.node.type.name === "variable") {
    return { type: "variable", pos: selection.from, attrs: selection.node.attrs, ...ends };
  }
  return { type: block.node.type.name, pos: block.pos, attrs: block.node.attrs, ...ends };
}

/** Beside the canvas: the selected block's settings, what can be put in, and personal words. */
export function Inspector({ editor }: { editor: Editor }) {
  const now = useEditorState({
    editor,
    selector: ({ editor: each }) => ({
      chosen: chosenIn(each),
      undo: each.can().undo(),
      redo: each.can().redo(),
    }),
  });
  const { chosen } = now;
  const move = (by: -1 | 1) => {
    const change = moveBlock(editor.state, by);
    if (change) editor.view.dispatch(change);
  };
  const remove = () => {
    const change = removeBlock(editor.state);
    if (change) editor.view.dispatch(change);
    editor.view.focus();
  };
  return (
    <div className="flex flex-col gap-4 p-4">
      <div className="flex items-center justify-between">
        <h2>{(chosen && names()[chosen.type]) ?? t("Letter")}</h2>
        <div className="-me-2 flex">
          <IconButton
            size="s"
            label={t("Undo")}
            isDisabled={!now.undo}
            onPress={() => editor.chain().focus().undo().run()}
          >
            <Undo2 {...icon} />
          </IconButton>
          <IconButton
            size="s"
            label={t("Redo")}
            isDisabled={!now.redo}
            onPress={() => editor.chain().focus().redo().run()}
          >
            <Redo2 {...icon} />
          </IconButton>
          <IconButton
            size="s"
            label={t("Move up (Alt+↑)")}
            isDisabled={!chosen || chosen.first}
            onPress={() => move(-1)}
          >
            <ArrowUp {...icon} />
          </IconButton>
          <IconButton
            size="s"
            label={t("Move down (Alt+↓)")}
            isDisabled={!chosen || chosen.last}
            onPress={() => move(1)}
          >
            <ArrowDown {...icon} />
          </IconButton>
          <IconButton size="s" label={t("Delete this block")} isDisabled={!chosen} onPress={remove}>
            <Trash2 {...icon} />
          </IconButton>
        </div>
      </div>
      {chosen && <Settings key={`${chosen.type}${chosen.pos}`} editor={editor} chosen={chosen} />}
      <Section title={t("Insert")}>
        <div className="grid grid-cols-2 gap-1.5">
          {inserts()
            .filter((each) => each.grid)
            .map((each) => (
              <button
                key={each.id}
                type="button"
                onClick={() => insert(editor, each.block)}
                className="flex h-16.5 flex-col items-center justify-center gap-1.5 rounded-control border bg-surface text-label text-soft hover:bg-hover"
              >
                {each.icon}
                {each.label}
              </button>
            ))}
        </div>
      </Section>
      <Personalise editor={editor} />
    </div>
  );
}

const Section = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title}>
    <h3 className="mb-2 text-cap font-medium text-muted">{title}</h3>
    {children}
  </section>
);

function Personalise({ editor }: { editor: Editor }) {
  const fields = useGet<Page<CustomField>>("/custom_fields", { per_page: 50 }).data?.items ?? [];
  const chips: [string, string, string][] = [
    ["first_name", t("First name"), t("there")],
    ["email_address", t("Email"), ""],
    ...fields.map((field): [string, string, string] => [field.key, field.label, ""]),
  ];
  const put = (name: string, fallback: string) =>
    editor
      .chain()
      .focus()
      .insertContent([{ type: "variable", attrs: { name, fallback } }])
      .run();
  const link = () =>
    editor
      .chain()
      .focus()
      .insertContent({
        type: "text",
        text: t("unsubscribe"),
        marks: [{ type: "link", attrs: { href: "{{ unsubscribe_url }}" } }],
      })
      .run();
  return (
    <Section title={t("Personalise")}>
      <div className="flex flex-wrap gap-1.5">
        {chips.map(([name, label, fallback]) => (
          <Chip key={name} onPress={() => put(name, fallback)}>
            {label}
          </Chip>
        ))}
        <Chip onPress={link}>{t("Unsubscribe link")}</Chip>
      </div>
    </Section>
  );
}

const Chip = ({ onPress, children }: { onPress: () => void; children: ReactNode }) => (
  <button
    type="button"
    onClick={onPress}
    className="inline-flex h-6 items-center gap-1.5 rounded-chip bg-accent-soft px-2.5 text-cap font-medium text-accent hover:bg-accent-mid max-sm:h-9"
  >
    <Braces size={12} aria-hidden />
    {children}
  </button>
);

function Settings({ editor, chosen }: { editor: Editor; chosen: Chosen }) {
  const set = (attrs: Record<string, unknown>) =>
    editor.view.dispatch(changeAttrs(editor.state, chosen.pos, attrs));
  const text = (
    name: string,
    label: string,
    more: { help?: string; rows?: number; placeholder?: string } = {},
  ) => (
    <TextField
      label={label}
      value={String(chosen.attrs[name] ?? "")}
      onChange={(value) => set({ [name]: value })}
      {...more}
    />
  );
  switch (chosen.type) {
    case "heading":
      return (
        <>
          <Segmented
            label={t("Size")}
            wide
            value={String(chosen.attrs.level)}
            onChange={(level) => set({ level: Number(level) })}
            segments={[
              { id: "1", label: t("Large") },
              { id: "2", label: t("Medium") },
              { id: "3", label: t("Small") },
            ]}
          />
          <Alignment chosen={chosen} set={set} />
        </>
      );
    case "paragraph":
      return <Alignment chosen={chosen} set={set} />;
    case "image":
      return <ImageSettings chosen={chosen} set={set} text={text} />;
    case "button":
      return (
        <>
          {text("label", t("Words on it"))}
          {text("href", t("Leads to"), { placeholder: "https://" })}
          <Colour value={String(chosen.attrs.color ?? ACCENT)} onChange={(color) => set({ color })} />
          <Alignment chosen={chosen} set={set} />
        </>
      );
    case "html":
      return text("html", t("HTML"), {
        rows: 12,
        help: t("Scripts, forms and frames are taken out when it is sent."),
      });
    case "variable":
      return text("fallback", t("Or, when it is empty"), {
        help: t("Shown as “{chip}”.", {
          chip: chipText(String(chosen.attrs.name), String(chosen.attrs.fallback ?? "")),
        }),
      });
    default:
      return null;
  }
}

type Set = (attrs: Record<string, unknown>) => void;

function Alignment({ chosen, set }: { chosen: Chosen; set: Set }) {
  return (
    <Segmented
      label={t("Alignment")}
      wide
      value={String(chosen.attrs.align ?? "left")}
      onChange={(align) => set({ align: align === "left" ? null : align })}
      segments={[
        { id: "left", label: t("Left"), icon: <AlignLeft {...icon} />, iconOnly: true },
        { id: "center", label: t("Centre"), icon: <AlignCenter {...icon} />, iconOnly: true },
        { id: "right", label: t("Right"), icon: <AlignRight {...icon} />, iconOnly: true },
      ]}
    />
  );
}

function Colour({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <label className="flex items-center justify-between gap-3 font-medium text-soft">
      {t("Colour")}
      <input
        type="color"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-14 rounded-control border bg-surface p-1"
      />
    </label>
  );
}

/** A letter's words are this wide. A smaller picture says so, for programs that would stretch it. */
const LETTER_WIDTH = 552;

export async function upload(file: File): Promise<{ src: string; alt: string; width: number | null }> {
  const form = new FormData();
  form.append("file", file);
  const { url, width } = await api.post<{ url: string; width: number }>("/media", form);
  return { src: url, alt: "", width: width < LETTER_WIDTH ? width : null };
}

type ImageProps = {
  chosen: Chosen;
  set: Set;
  text: (name: string, label: string, more?: { help?: string; placeholder?: string }) => ReactNode;
};

function ImageSettings({ chosen, set, text }: ImageProps) {
  const send = useAct(upload, [], ({ src, width }) => set({ src, width }));
  return (
    <>
      <FileButton
        verb={chosen.attrs.src ? t("Choose another picture") : t("Choose a picture")}
        accept={["image/png", "image/jpeg", "image/gif", "image/webp"]}
        busy={send.isPending}
        onFile={(file) => send.mutate(file)}
      />
      {text("alt", t("Description"), { help: t("For people who do not see it, and while it loads.") })}
      {text("href", t("Leads to"), { placeholder: "https://" })}
      <TextField
        label={t("Width in pixels")}
        inputMode="numeric"
        value={chosen.attrs.width ? String(chosen.attrs.width) : ""}
        placeholder={String(LETTER_WIDTH)}
        onChange={(value) => set({ width: Number.parseInt(value, 10) || null })}
      />
      <Alignment chosen={chosen} set={set} />
    </>
  );
}
