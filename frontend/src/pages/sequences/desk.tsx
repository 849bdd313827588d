import { useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, FileText, Monitor, Moon, Pencil, Send, Smartphone } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { ApiError, api } from "@/api";
import { useAct, useMay, useRefresh } from "@/data";
import { wordsIn } from "@/editor/document";
import { Canvas, useLetterEditor } from "@/editor/editor";
import { Inspector } from "@/editor/inspector";
import { n, t } from "@/i18n";
import {
  A,
  Badge,
  Button,
  css,
  Dialog,
  IconButton,
  Remark,
  type Saved,
  SaveState,
  Segmented,
  TextField,
  toast,
  useAutosave,
  useTitle,
  useUrl,
} from "@/ui/kit";
import type { View } from "../broadcast-editor/preview";
import { Delay } from "./delay";
import { Preview } from "./preview";
import type { Email, Hint, SavedEmail } from "./shapes";
import { TestSend } from "./test-send";
import { subjectOf } from "./words";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const views: View[] = ["write", "desktop", "mobile", "dark", "text"];

/** The state of an email on the desk: what it says now, and how it is saved. */
function useEmail(loaded: Email) {
  const client = useQueryClient();
  const refresh = useRefresh();
  const [email, setEmail] = useState(loaded);
  const [hints, setHints] = useState<Hint[]>([]);
  const [stamp, setStamp] = useState(loaded.revision);
  const revision = useRef(loaded.revision);
  const path = `/sequences/${loaded.sequence_id}/emails/${loaded.id}`;
  const store = async (part: Partial<Email>) => {
    const done = await api.patch<SavedEmail>(path, { ...part, revision: revision.current });
    revision.current = done.revision;
    setHints(done.warnings);
    setStamp(done.revision);
    client.setQueryData([path, {}], (old?: Email) => old && { ...old, ...part, revision: done.revision });
    void client.invalidateQueries({ queryKey: [`/sequences/${loaded.sequence_id}`] });
    void refresh("/home");
    return done;
  };
  const auto = useAutosave<Email>(store);
  const { change, flush } = auto;
  const edit = useCallback(
    (part: Partial<Email>) => {
      setEmail((old) => ({ ...old, ...part }));
      change(part);
    },
    [change],
  );
  const publish = useAct(
    async (published: boolean) => {
      await flush();
      return store({ published });
    },
    ["/sequences"],
    ({ published }) => {
      setEmail((old) => ({ ...old, published }));
      toast(published ? t("It is live.") : t("It is a draft again and is passed over."));
    },
  );
  const keepMine = async () => {
    revision.current = (await api.get<Email>(path)).revision;
    await flush();
  };
  return { email, edit, hints, stamp, publish, keepMine, ...auto };
}

const isConflict = (saved: Saved): boolean =>
  saved.state === "failed" && saved.problem instanceof ApiError && saved.problem.status === 409;

export function Desk({ loaded }: { loaded: Email }) {
  const may = useMay();
  const { email, edit, hints, stamp, saved, flush, publish, keepMine } = useEmail(loaded);
  const [url, setUrl] = useUrl<{ view: string; open: string }>();
  const view = views.find((each) => each === url.view) ?? "write";
  const html = typeof loaded.body.html === "string";
  const [words, setWords] = useState<number>();
  const { editor, menu } = useLetterEditor({
    body: loaded.body,
    editable: may.write,
    onChange: (body, count) => {
      setWords(count);
      edit({ body });
    },
  });
  useTitle(subjectOf(email.subject));
  const look = (next: string) => {
    if (next !== "write") void flush();
    setUrl({ view: next === "write" ? undefined : next });
  };
  const writing = view === "write";
  const count = words ?? (editor ? wordsIn(editor.getText()) : 0);
  const aside = writing && may.write && !html && editor;
  const stuck = hints.find((hint) => hint.code === "not_live");
  return (
    <div
      className={css(
        "grid flex-1 content-start lg:h-dvh lg:content-stretch lg:grid-rows-[3.25rem_minmax(0,1fr)]",
        aside && "lg:grid-cols-[minmax(0,1fr)_18.5rem]",
      )}
    >
      <header className="flex min-h-13 flex-wrap items-center gap-x-3 gap-y-2 border-b bg-surface px-3 py-2 lg:col-span-full">
        <A
          to={`/sequences/${email.sequence_id}`}
          aria-label={email.sequence_name}
          className="grid size-8 place-items-center rounded-control hover:bg-hover"
        >
          <ArrowLeft size={18} strokeWidth={1.75} aria-hidden />
        </A>
        <div className="min-w-0 flex-1">
          <span className="flex min-w-0 items-center gap-2">
            <h1 className="truncate font-sans! text-body! leading-4! font-medium! tracking-normal!">
              {subjectOf(email.subject)}
            </h1>
            {email.published ? <Badge tone="ok">{t("Live")}</Badge> : <Badge tone="warn">{t("Draft")}</Badge>}
          </span>
          <SaveState
            saved={saved}
            onRetry={() => void flush()}
            after={n("{count} word", "{count} words", count)}
          />
        </div>
        <div className="max-sm:order-last max-sm:w-full">
          <Views view={view} onView={look} />
        </div>
        {may.write && (
          <>
            <Button
              className="max-sm:hidden"
              icon={<Send {...icon} />}
              onPress={() => setUrl({ open: "test" })}
            >
              {t("Send test")}
            </Button>
            <span className="sm:hidden">
              <IconButton label={t("Send test")} variant="plain" onPress={() => setUrl({ open: "test" })}>
                <Send {...icon} />
              </IconButton>
            </span>
            <Button
              variant={email.published ? "plain" : "primary"}
              busy={publish.isPending}
              onPress={() => publish.mutate(!email.published)}
            >
              {email.published ? t("Back to draft") : t("Publish")}
            </Button>
          </>
        )}
      </header>
      <div className="relative flex min-w-0 flex-col overflow-auto">
        {writing ? (
          <div className="mx-auto flex w-full max-w-170 flex-col gap-4 px-4 py-6">
            {stuck && <Remark tone="warn">{stuck.text}</Remark>}
            <section className="card divide-y" aria-label={t("When, subject and preview")}>
              <Delay email={email} edit={edit} locked={!may.write} />
              <Line
                label={t("Subject")}
                value={email.subject}
                strong
                locked={!may.write}
                onChange={(subject) => edit({ subject })}
                placeholder={t("What it is about")}
              />
              <Line
                label={t("Preview")}
                value={email.preview_text}
                locked={!may.write}
                onChange={(preview_text) => edit({ preview_text })}
                placeholder={t("The line that mail programs show after the subject")}
              />
            </section>
            {html ? (
              <TextField
                label={t("HTML of the letter")}
                rows={24}
                value={email.body.html ?? ""}
                isReadOnly={!may.write}
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
          <Preview email={email} view={view} stamp={stamp} />
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
      {url.open === "test" && may.write && (
        <TestSend email={email} flush={flush} onClose={() => setUrl({ open: undefined })} />
      )}
      {isConflict(saved) && <Conflict onMine={keepMine} />}
    </div>
  );
}

const Views = ({ view, onView }: { view: View; onView: (view: string) => void }) => (
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
);

type LineProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  strong?: boolean;
  locked: boolean;
};

const Line = ({ label, value, onChange, placeholder, strong, locked }: LineProps) => (
  <label className="grid min-h-9 grid-cols-[4.25rem_minmax(0,1fr)] items-center px-4">
    <span className="text-muted">{label}</span>
    <input
      value={value}
      readOnly={locked}
      onChange={(event) => onChange(event.target.value)}
      placeholder={placeholder}
      className={css(
        "h-9 w-full bg-transparent outline-none placeholder:text-muted focus-visible:underline focus-visible:decoration-accent focus-visible:decoration-2 focus-visible:underline-offset-4",
        strong && "font-medium",
      )}
    />
  </label>
);

/** Somebody saved the email elsewhere meanwhile: nothing is lost, the person decides. */
function Conflict({ onMine }: { onMine: () => Promise<void> }) {
  const keep = useAct(onMine, ["/sequences"]);
  return (
    <Dialog
      title={t("This email was changed somewhere else")}
      lead={t(
        "Another window or another person saved it after you opened it. What you wrote here is still here.",
      )}
      open
      onClose={() => keep.mutate()}
      footer={
        <>
          <Button onPress={() => location.reload()}>{t("Take theirs")}</Button>
          <Button variant="primary" busy={keep.isPending} onPress={() => keep.mutate()}>
            {t("Keep mine")}
          </Button>
        </>
      }
    />
  );
}
