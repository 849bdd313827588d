import { useParams } from "@tanstack/react-router";
import { FileSpreadsheet } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useRefresh } from "@/data";
import { bytes, moment, n, number, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import {
  A,
  BackLink,
  Badge,
  Card,
  Columns,
  ErrorState,
  FileDrop,
  Page,
  PageSkeleton,
  Remark,
  Stack,
  TextLink,
  type Tone,
  toastProblem,
  useGo,
} from "@/ui/kit";
import { Check } from "./import/check";
import { Outcome } from "./import/outcome";
import { encodingName, type Import, type ImportState } from "./import/shape";
import { Steps } from "./import/steps";

export default function ImportPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  return id ? <One id={id} /> : <File />;
}

function One({ id }: { id: string }) {
  const [done, setDone] = useState(false);
  const query = useGet<Import>(`/imports/${id}`, undefined, { every: done ? undefined : 1000 });
  const run = query.data;
  if (query.error && !run)
    return <ErrorState page problem={query.error} retry={() => void query.refetch()} />;
  if (!run || String(run.id) !== id) return <PageSkeleton />;
  const still = run.state === "running" || run.state === "paused";
  if (done === still) setDone(!still);
  const upload = run.state === "uploaded";
  return (
    <Page
      title={t("Import people")}
      back={<BackLink to="/subscribers">{t("Subscribers")}</BackLink>}
      lead={
        <span className="flex flex-wrap items-center gap-x-2">
          <FileSpreadsheet size={14} strokeWidth={1.75} aria-hidden />
          {t("{file}, {rows}, {size}, {encoding}.", {
            file: run.file_name,
            rows: n("{count} row", "{count} rows", run.total_rows),
            size: bytes(run.size_bytes),
            encoding: encodingName(run.encoding),
          })}
          {upload && <TextLink to="/subscribers/import">{t("Choose another file")}</TextLink>}
        </span>
      }
      actions={<Steps at={upload ? 2 : 3} done={run.state === "finished"} />}
    >
      {upload ? <Check key={run.id} run={run} onStarted={() => setDone(false)} /> : <Outcome run={run} />}
    </Page>
  );
}

function File() {
  const go = useGo();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const upload = async (file: globalThis.File) => {
    setBusy(true);
    const body = new FormData();
    body.append("file", file);
    try {
      const made = await api.post<Import>("/imports", body);
      await refresh("/imports");
      go(`/subscribers/import/${made.id}`);
    } catch (problem) {
      toastProblem(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Page
      title={t("Import people")}
      back={<BackLink to="/subscribers">{t("Subscribers")}</BackLink>}
      lead={t("Check first, change second: nothing is written before you have seen what will happen.")}
      actions={<Steps at={1} />}
    >
      <Columns>
        <Stack>
          <FileDrop
            label={t("Drop a CSV file here")}
            verb={t("Choose a file")}
            accept={[".csv", ".tsv", ".txt", "text/csv", "text/plain"]}
            busy={busy}
            onFile={(file) => void upload(file)}
          >
            {t(
              "One person a line, a header line first, up to 20 MB. Commas, semicolons and tabs, UTF-8 and UTF-16 are all fine.",
            )}{" "}
            <TextLink to={api.url("/imports/sample.csv")} out download>
              {t("Download a sample")}
            </TextLink>
          </FileDrop>
          <Recent />
        </Stack>
        <Remark tone="grey">
          <p className="font-medium">{t("Good to know")}</p>
          <ul className="mt-1 list-disc space-y-1 ps-4">
            <li>
              {t("Nobody who left, bounced or complained is made active again, whatever the file says.")}
            </li>
            <li>{t("The same address twice is one person; the first line counts.")}</li>
            <li>{t("Rows that cannot go in come back to you as a file with their line numbers.")}</li>
          </ul>
        </Remark>
      </Columns>
    </Page>
  );
}

const tones: Record<ImportState, Tone> = {
  uploaded: "grey",
  running: "info",
  paused: "warn",
  finished: "ok",
  failed: "bad",
  cancelled: "grey",
};
const words = (): Record<ImportState, string> => ({
  uploaded: t("Not started"),
  running: t("Running"),
  paused: t("Paused"),
  finished: t("Finished"),
  failed: t("Failed"),
  cancelled: t("Stopped"),
});

function Recent() {
  const imports = useGet<PageOf<Import>>("/imports");
  const items = imports.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t("Earlier imports")}>
      <ul className="mt-1 divide-y">
        {items.map((run) => (
          <li key={run.id}>
            <A
              to={`/subscribers/import/${run.id}`}
              className="flex min-h-13 items-center gap-3 px-4 py-2 hover:bg-faint"
            >
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{run.file_name}</span>
                <span className="block text-cap text-muted">
                  {moment(run.created_at)} ·{" "}
                  {t("{created} created, {changed} changed, {refused} refused", {
                    created: number(run.created_count),
                    changed: number(run.changed_count),
                    refused: number(run.refused_count),
                  })}
                </span>
              </span>
              <Badge tone={tones[run.state]}>{words()[run.state]}</Badge>
            </A>
          </li>
        ))}
      </ul>
    </Card>
  );
}
