import { type Editor, useEditorState } from "@tiptap/react";
import { Bold, Code, Italic, Link2, Strikethrough, Underline, Unlink } from "lucide-react";
import { type ReactNode, type RefObject, useState } from "react";
import { t } from "@/i18n";
import { Button, css, IconButton, TextField } from "@/ui/kit";
import { fullAddress } from "./document";

const icon = { size: 15, strokeWidth: 1.9, "aria-hidden": true } as const;
type Style = "bold" | "italic" | "underline" | "strike" | "code";
const styles = (): [Style, string, ReactNode][] => [
  ["bold", t("Bold"), <Bold key="b" {...icon} />],
  ["italic", t("Italic"), <Italic key="i" {...icon} />],
  ["underline", t("Underline"), <Underline key="u" {...icon} />],
  ["strike", t("Strike through"), <Strikethrough key="s" {...icon} />],
  ["code", t("Code"), <Code key="c" {...icon} />],
];

/** Over selected words: how they look, and where they lead. */
export function Bubble({ editor, canvas }: { editor: Editor; canvas: RefObject<HTMLDivElement | null> }) {
  const [linking, setLinking] = useState(false);
  const now = useEditorState({
    editor,
    selector: ({ editor: each }) => {
      const { from, to, empty } = each.state.selection;
      const words = !empty && each.state.doc.textBetween(from, to).length > 0;
      const on = styles().map(([name]) => each.isActive(name));
      return { from, words, on, href: String(each.getAttributes("link").href ?? "") };
    },
  });
  if (!now.words || !canvas.current || !editor.isEditable) return null;
  const spot = editor.view.coordsAtPos(now.from);
  const frame = canvas.current.getBoundingClientRect();
  const setLink = (href: string) => {
    const chain = editor.chain().focus().extendMarkRange("link");
    (href ? chain.setLink({ href: fullAddress(href) }) : chain.unsetLink()).run();
    setLinking(false);
  };
  return (
    <div
      role="toolbar"
      aria-label={t("Style of the selected words")}
      className="pop appear absolute z-20 flex items-center gap-0.5 p-1"
      style={{
        top: spot.top - frame.top - 46,
        left: Math.max(8, Math.min(spot.left - frame.left, frame.width - 330)),
      }}
    >
      {linking ? (
        <LinkField href={now.href} onSet={setLink} />
      ) : (
        <>
          {styles().map(([name, label, drawn], index) => (
            <IconButton
              key={name}
              size="s"
              label={label}
              aria-pressed={now.on[index]}
              className={css(now.on[index] && "bg-accent-soft! text-accent!")}
              onPress={() => editor.chain().focus().toggleMark(name).run()}
            >
              {drawn}
            </IconButton>
          ))}
          <IconButton size="s" label={t("Link")} onPress={() => setLinking(true)}>
            <Link2 {...icon} />
          </IconButton>
          {now.href && (
            <IconButton size="s" label={t("Take the link away")} onPress={() => setLink("")}>
              <Unlink {...icon} />
            </IconButton>
          )}
        </>
      )}
    </div>
  );
}

function LinkField({ href, onSet }: { href: string; onSet: (href: string) => void }) {
  const [text, setText] = useState(href);
  return (
    <form
      className="flex items-center gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        onSet(text);
      }}
    >
      <TextField
        label={t("Address of the link")}
        hideLabel
        autoFocus
        value={text}
        onChange={setText}
        placeholder="https://"
        className="w-56"
      />
      <Button size="s" type="submit">
        {t("Set")}
      </Button>
    </form>
  );
}
