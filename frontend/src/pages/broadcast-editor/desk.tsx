import { useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, FileText, Monitor, Moon, Pencil, Send, Smartphone } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { ApiError, api } from "@/api";
import { useMay, useRefresh } from "@/data";
import { fromEditor, wordsIn } from "@/editor/document";
import { Canvas, useLetterEditor } from "@/editor/editor";
import { Inspector } from "@/editor/inspector";
import { n, t } from "@/i18n";
import {
  A,
  Button,
  css,
  IconButton,
  type Saved,
  SaveState,
  Segmented,
  TextField,
  useAutosave,
  useTitle,
  useUrl,
} from "@/ui/kit";
import type { Broadcast, Hint, SavedLetter } from "../broadcasts/shapes";
import { subjectOf } from "../broadcasts/words";
import { AudienceRow } from "./audience-row";
import { Conflict } from "./conflict";
import { Preview, type View } from "./preview";
import { Review } from "./review";
import { TestSend } from "./test-send";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const views: View[] = ["write", "desktop", "mobile", "dark", "text"];

/** The state of a letter on the desk: what it says now, and how it is saved. */
function useLetter(loaded: Broadcast) {
  const client = useQueryClient();
  const refresh = useRefresh();
  const [letter, setLetter] = useState(loaded);
  const [hints, setHints] = useState<Hint[]>([]);
  const [stamp, setStamp] = useState(loaded.revision);
  const revision = useRef(loaded.revision);
  const path = `/broadcasts/${loaded.id}`;
  const auto = useAutosave<Broadcast>(async (part) => {
    const done = await api.patch<SavedLetter>(path, { ...part, revision: revision.current });
    revision.current = done.revision;
    setHints(done.warnings);
    setStamp(done.revision);
    client.setQueryData([path, {}], (old?: Broadcast) => old && { ...old, ...part, revision: done.revision });
    void client.invalidateQueries({ queryKey: ["/broadcasts"] });
    void refresh("/home");
  });
  const { change } = auto;
  const edit = useCallback(
    (part: Partial<Broadcast>) => {
      setLetter((old) => ({ ...old, ...part }));
      change(part);
    },
    [change],
  );
  const keepMine = async () => {
    revision.current = (await api.get<Broadcast>(path)).revision;
    await auto.flush();
  };
  return { letter, edit, hints, stamp, keepMine, ...auto };
}

const isConflict = (saved: Saved): boolean =>
  saved.state === "failed" && saved.problem instanceof ApiError && saved.problem.status === 409;

export function Desk({ loaded, label }: { loaded: Broadcast; label: string }) {
  const may = useMay();
  const { letter, edit, hints, stamp, saved, flush, keepMine } = useLetter(loaded);
  const [url, setUrl] = useUrl<{ view: string; open: string }>();
  const view = views.find((each) => each === url.view) ?? "write";
  const html = typeof loaded.body.html === "string";
  const [words, setWords] = useState<number>();
  // Closing the question decides nothing: the letter stays unsaved, and the next change asks again.
  const [putOff, setPutOff] = useState<Saved>();
  const { editor, menu } = useLetterEditor({
    body: loaded.body,
    editable: may.write,
    onChange: (body, count) => {
      setWords(count);
      edit({ body });
    },
  });
  useTitle(subjectOf(letter.subject));
  const look = (next: string) => {
    if (next !== "write") void flush();
    setUrl({ view: next === "write" ? undefined : next });
  };
  const writing = view === "write";
  const count = words ?? (editor ? wordsIn(editor.getText()) : 0);
  const aside = writing && may.write && !html && editor;
  return (
    <div
      className={css(
        "grid flex-1 content-start lg:h-dvh lg:content-stretch lg:grid-rows-[3.25rem_minmax(0,1fr)]",
        aside && "lg:grid-cols-[minmax(0,1fr)_18.5rem]",
      )}
    >
      <Bar
        letter={letter}
        label={label}
        view={view}
        onView={look}
        saved={saved}
        onRetry={() => void flush()}
        words={count}
        onOpen={(open) => setUrl({ open })}
      />
      <div className="relative flex min-w-0 flex-col overflow-auto">
        {writing ? (
          <div className="mx-auto flex w-full max-w-170 flex-col gap-4 px-4 py-6">
            <Head letter={letter} edit={edit} locked={!may.write} />
            {html ? (
              <TextField
                label={t("HTML of the letter")}
                rows={24}
                value={letter.body.html ?? ""}
                onChange={(source) => edit({ body: { html: source } })}
                help={t(
                  "A program wrote this letter as HTML. Footer and unsubscribe link are added by themselves.",
                )}
                inputClassName="font-mono"
              />
            ) : (
              editor && <Canvas editor={editor} menu={menu} />
            )}
          </div>
        ) : (
          <Preview id={letter.id} view={view} stamp={stamp} />
        )}
      </div>
      {aside && (
        <aside
          aria-label={t("Blocks and settings")}
          className="relative overflow-auto border-s bg-surface max-lg:border-t"
        >
          <Inspector editor={aside} />
        </aside>
      )}
      {url.open === "test" && (
        <TestSend letter={letter} onChange={edit} flush={flush} onClose={() => setUrl({ open: undefined })} />
      )}
      {url.open === "review" && (
        <Review
          letter={letter}
          hints={hints}
          onChange={edit}
          flush={flush}
          onClose={() => setUrl({ open: undefined })}
        />
      )}
      {isConflict(saved) && saved !== putOff && (
        <Conflict
          onClose={() => setPutOff(saved)}
          onMine={keepMine}
          onCopy={async () => {
            const body = html || !editor ? letter.body : fromEditor(editor.getJSON());
            return {
              subject: letter.subject,
              preview_text: letter.preview_text,
              audience: letter.audience,
              body,
            };
          }}
        />
      )}
    </div>
  );
}

type BarProps = {
  letter: Broadcast;
  label: string;
  view: View;
  onView: (view: string) => void;
  saved: Saved;
  onRetry: () => void;
  words: number;
  onOpen: (what: string) => void;
};

function Bar({ letter, label, view, onView, saved, onRetry, words, onOpen }: BarProps) {
  const may = useMay();
  return (
    <header className="flex min-h-13 flex-wrap items-center gap-x-3 gap-y-2 border-b bg-surface px-3 py-2 lg:col-span-full">
      <A
        to="/broadcasts"
        aria-label={label}
        className="grid size-8 place-items-center rounded-control hover:bg-hover"
      >
        <ArrowLeft size={18} strokeWidth={1.75} aria-hidden />
      </A>
      <div className="min-w-0 flex-1">
        <h1 className="truncate font-sans! text-body! leading-4! font-medium! tracking-normal!">
          {subjectOf(letter.subject)}
        </h1>
        <SaveState saved={saved} onRetry={onRetry} after={n("{count} word", "{count} words", words)} />
      </div>
      <div className="max-sm:order-last max-sm:w-full">
        <Segmented
          label={t("View")}
          value={view}
          onChange={onView}
          segments={[
            { id: "write", label: t("Write"), icon: <Pencil {...icon} /> },
            { id: "desktop", label: t("Desktop preview"), icon: <Monitor {...icon} />, iconOnly: true },
            { id: "mobile", label: t("Phone preview"), icon: <Smartphone {...icon} />, iconOnly: true },
            { id: "dark", label: t("Dark preview"), icon: <Moon {...icon} />, iconOnly: true },
            { id: "text", label: t("Text version"), icon: <FileText {...icon} />, iconOnly: true },
          ]}
        />
      </div>
      {may.write && (
        <>
          <Button className="max-sm:hidden" icon={<Send {...icon} />} onPress={() => onOpen("test")}>
            {t("Send test")}
          </Button>
          <span className="sm:hidden">
            <IconButton label={t("Send test")} variant="plain" onPress={() => onOpen("test")}>
              <Send {...icon} />
            </IconButton>
          </span>
          <Button variant="primary" onPress={() => onOpen("review")}>
            {letter.state === "scheduled" ? t("Review & schedule") : t("Review & send")}
          </Button>
        </>
      )}
    </header>
  );
}

type HeadProps = { letter: Broadcast; edit: (part: Partial<Broadcast>) => void; locked: boolean };

function Head({ letter, edit, locked }: HeadProps) {
  return (
    <section className="card divide-y" aria-label={t("To, subject and preview")}>
      <AudienceRow audience={letter.audience} onChange={(audience) => edit({ audience })} locked={locked} />
      <Line
        label={t("Subject")}
        value={letter.subject}
        strong
        locked={locked}
        // A new letter begins with its subject; one that has words keeps the focus where people put it.
        autoFocus={!locked && letter.subject === ""}
        onChange={(subject) => edit({ subject })}
        placeholder={t("What it is about")}
      />
      <Line
        label={t("Preview")}
        value={letter.preview_text}
        locked={locked}
        onChange={(preview_text) => edit({ preview_text })}
        placeholder={t("The line that mail programs show after the subject")}
      />
    </section>
  );
}

type LineProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  strong?: boolean;
  autoFocus?: boolean;
  locked: boolean;
};

const Line = ({ label, value, onChange, placeholder, strong, autoFocus, locked }: LineProps) => (
  <label className="grid min-h-9 grid-cols-[4.25rem_minmax(0,1fr)] items-center px-4">
    <span className="text-muted">{label}</span>
    <input
      value={value}
      readOnly={locked}
      autoFocus={autoFocus}
      onChange={(event) => onChange(event.target.value)}
      placeholder={placeholder}
      className={css(
        "h-9 w-full bg-transparent outline-none placeholder:text-muted focus-visible:underline focus-visible:decoration-accent focus-visible:decoration-2 focus-visible:underline-offset-4",
        strong && "font-medium",
      )}
    />
  </label>
);
