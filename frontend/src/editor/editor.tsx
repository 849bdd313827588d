import type { Editor } from "@tiptap/core";
import { EditorContent, useEditor } from "@tiptap/react";
import { useMemo, useRef, useState } from "react";
import { t } from "@/i18n";
import type { BlockDocument } from "@/types";
import { toastProblem } from "@/ui/kit";
import { Bubble } from "./bubble";
import "./canvas.css";
import { insertBlock, moveBlock, typeAtBlock } from "./commands";
import { fromEditor, toEditor, wordsIn } from "./document";
import { freshLabel } from "./inserts";
import { upload } from "./inspector";
import { extensions } from "./schema";
import { SlashMenu, type SlashState, slash } from "./slash";

type Options = {
  body: Partial<BlockDocument>;
  editable: boolean;
  onChange: (body: BlockDocument, words: number) => void;
};

/** The editor of a letter; it holds the document, `onChange` hears of every change. */
export function useLetterEditor({ body, editable, onChange }: Options) {
  const [menu, setMenu] = useState<SlashState | null>(null);
  const plugins = useMemo(() => [...extensions, slash(setMenu)], []);
  const heard = useRef(onChange);
  heard.current = onChange;
  const editor = useEditor({
    extensions: plugins,
    content: toEditor(body),
    editable,
    shouldRerenderOnTransaction: false,
    editorProps: {
      attributes: { "aria-label": t("The letter"), role: "textbox", "aria-multiline": "true" },
      handleKeyDown: (view, event) => {
        const by = event.altKey ? { ArrowUp: -1 as const, ArrowDown: 1 as const }[event.key] : undefined;
        const change = by && moveBlock(view.state, by);
        if (change) view.dispatch(change);
        return !!by;
      },
      handleTextInput: (view, _from, _to, words) => {
        const change = typeAtBlock(view.state, words, freshLabel());
        if (change) view.dispatch(change);
        return !!change;
      },
    },
    onPaste: (event) => void takeImages(editorRef.current, event.clipboardData?.files),
    onDrop: (event) => void takeImages(editorRef.current, event.dataTransfer?.files),
    onUpdate: ({ editor: each }) => heard.current(fromEditor(each.getJSON()), wordsIn(each.getText())),
  });
  const editorRef = useRef(editor);
  editorRef.current = editor;
  return { editor, menu };
}

/** Pictures that are pasted or dropped are uploaded and stand as image blocks. */
async function takeImages(editor: Editor | null, files?: FileList): Promise<void> {
  const images = [...(files ?? [])].filter((file) => file.type.startsWith("image/"));
  for (const file of images) {
    try {
      const attrs = await upload(file);
      if (editor) editor.view.dispatch(insertBlock(editor.state, { type: "image", attrs }));
    } catch (problem) {
      toastProblem(problem);
    }
  }
}

export function Canvas({ editor, menu }: { editor: Editor; menu: SlashState | null }) {
  const canvas = useRef<HTMLDivElement>(null);
  return (
    <div ref={canvas} className="letter card relative px-5 py-8 sm:px-8">
      <EditorContent editor={editor} />
      <Bubble editor={editor} canvas={canvas} />
      {menu && <SlashMenu state={menu} />}
    </div>
  );
}
