import { useMutation } from "@tanstack/react-query";
import { Download, Equal, Lock, Pencil, Plus, Square, X } from "lucide-react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { n, number, t } from "@/i18n";
import type { Page } from "@/types";
import {
  Button,
  Card,
  Columns,
  LinkButton,
  Progress,
  Remark,
  Scroller,
  Stack,
  toast,
  toastProblem,
  useAsk,
} from "@/ui/kit";
import type { Import } from "./shape";
import { Item } from "./what-happens";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

/** Progress while it runs, then what came of it. The row in the database is the bar: one may leave and come back. */
export function Outcome({ run }: { run: Import }) {
  const running = run.state === "running";
  return (
    <Columns>
      <Stack>
        <Card padded label={t("Progress")}>
          {running ? <Running run={run} /> : <Ended run={run} />}
        </Card>
        {run.refused_count > 0 && !running && <Refused run={run} />}
      </Stack>
      <section className="card py-1" aria-label={t("What happened")}>
        <ul className="divide-y">
          <Item tone="ok" icon={<Plus {...icon} />} title={t("Created")} count={run.created_count}>
            {t("new on your list")}
          </Item>
          <Item tone="info" icon={<Pencil {...icon} />} title={t("Changed")} count={run.changed_count}>
            {t("got new values or tags")}
          </Item>
          <Item
            tone="grey"
            icon={<Equal {...icon} />}
            title={t("Stayed as they were")}
            count={run.unchanged_count}
          >
            {t("had all of it already")}
          </Item>
          <Item
            tone="warn"
            icon={<Lock {...icon} />}
            title={t("Left before, stayed out")}
            count={run.left_count}
          >
            {t("only they can come back")}
          </Item>
          <Item tone="bad" icon={<X {...icon} />} title={t("Refused")} count={run.refused_count}>
            {t("not one of these rows went in")}
          </Item>
        </ul>
      </section>
    </Columns>
  );
}

function Running({ run }: { run: Import }) {
  const refresh = useRefresh();
  const ask = useAsk();
  const stop = () =>
    ask({
      title: t("Stop this import?"),
      body: t(
        "What is in already stays in. The rest of the file is left out; you can import the same file again.",
      ),
      verb: t("Stop the import"),
      danger: true,
      run: async () => {
        await api.post(`/imports/${run.id}/cancel`);
        await refresh("/imports", "/subscribers");
      },
    });
  return (
    <>
      <Progress
        label={run.total_rows ? t("Your people are going in") : t("Reading the file")}
        value={run.total_rows ? run.cursor : undefined}
        max={Math.max(1, run.total_rows)}
        note={t("{done} of {all} rows", { done: run.cursor, all: run.total_rows })}
      />
      <div className="mt-3 flex flex-wrap items-center justify-between gap-3">
        <p className="text-muted">
          {t("You may leave this page. The import goes on, and this address shows how far it came.")}
        </p>
        <Button size="s" icon={<Square size={14} aria-hidden />} onPress={stop}>
          {t("Stop")}
        </Button>
      </div>
    </>
  );
}

function Ended({ run }: { run: Import }) {
  const refresh = useRefresh();
  const may = useMay();
  const undo = useMutation({
    mutationFn: () => api.post<{ changed: number }>("/undo", { token: run.undo_token }),
    onSuccess: async ({ changed }) => {
      await refresh("/imports", "/subscribers", "/home", "/growth", "/session");
      toast(n("Taken back for {count} person.", "Taken back for {count} people.", changed));
    },
    onError: toastProblem,
  });
  const titles: Record<string, string> = {
    finished: t("The import is done"),
    failed: t("The import stopped"),
    cancelled: t("You stopped the import"),
    paused: t("The import waits"),
  };
  return (
    <>
      <p className="font-serif text-heading font-medium">{titles[run.state] ?? run.state}</p>
      <p className="mt-1 text-soft">
        {run.state === "finished"
          ? t("{created} people are new, {changed} changed.", {
              created: run.created_count,
              changed: run.changed_count,
            })
          : run.error || t("{done} of {all} rows went in.", { done: run.cursor, all: run.total_rows })}
      </p>
      {(run.state === "failed" || run.state === "paused") && run.error && (
        <div role="alert" className="mt-3">
          <Remark tone="warn">
            {t(
              "What went in stays in. Fix the cause, then import the same file again: nobody goes in twice.",
            )}
          </Remark>
        </div>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <LinkButton to="/subscribers">{t("See your subscribers")}</LinkButton>
        <LinkButton to="/subscribers/import" variant="quiet">
          {t("Import another file")}
        </LinkButton>
        {may.write && run.undo_token && (
          <Button variant="quiet" busy={undo.isPending} onPress={() => undo.mutate()}>
            {t("Undo this import")}
          </Button>
        )}
      </div>
    </>
  );
}

type RowError = { line: number; value: string; reason: string; text?: string };

function Refused({ run }: { run: Import }) {
  const errors = useGet<Page<RowError>>(`/imports/${run.id}/errors`, { per_page: 50 });
  const items = errors.data?.items ?? [];
  return (
    <Card
      title={t("Refused rows")}
      note={number(run.refused_count)}
      className="overflow-hidden"
      aside={
        <LinkButton
          size="s"
          to={api.url(`/imports/${run.id}/errors.csv`)}
          out
          download
          icon={<Download size={14} aria-hidden />}
        >
          {n("Download the row", "Download the {count} rows", run.refused_count)}
        </LinkButton>
      }
    >
      <Scroller label={t("Refused rows")} className="mt-2">
        <table className="w-full">
          <thead>
            <tr className="text-start text-cap text-muted">
              <th className="h-7.5 ps-4 pe-2 text-start font-medium">{t("Line")}</th>
              <th className="px-2 text-start font-medium">{t("In the file")}</th>
              <th className="ps-2 pe-4 text-start font-medium">{t("Why not")}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <tr key={`${row.line}-${row.value}`} className="h-10 border-t">
                <td className="ps-4 pe-2 tabular-nums">{number(row.line)}</td>
                <td className="max-w-72 truncate px-2 font-mono text-cap">{row.value || t("empty")}</td>
                <td className="ps-2 pe-4 text-soft">{row.text ?? row.reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </Card>
  );
}
