import { useMutation } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { api } from "@/api";
import { createTag, useRefresh, useTags } from "@/data";
import { n, t } from "@/i18n";
import { Avatar, Card, Columns, Scroller, Select, Stack, TagPicker, TextField, toastProblem } from "@/ui/kit";
import { ColumnsCard } from "./columns";
import { type Import, type Mapped, type Preview, tagIds } from "./shape";
import { WhatHappens } from "./what-happens";

type Plan = { mapping: Mapped[]; add_tags: number[]; new_state: string; source: string };

/** Mapping and dry run on one page: every change counts again, nothing is written. */
export function Check({ run, onStarted }: { run: Import; onStarted: () => void }) {
  const refresh = useRefresh();
  const tags = useTags();
  const [plan, setPlan] = useState<Plan>({
    mapping: run.mapping,
    add_tags: tagIds(run.add_tags ?? []),
    new_state: run.new_state,
    source: run.source,
  });
  const [preview, setPreview] = useState<Preview | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [counting, setCounting] = useState(true);
  const key = useMemo(() => JSON.stringify(plan), [plan]);

  useEffect(() => {
    let stale = false;
    setCounting(true);
    const wait = setTimeout(async () => {
      try {
        await api.patch(`/imports/${run.id}`, JSON.parse(key) as Plan);
        const counted = await api.post<Preview>(`/imports/${run.id}/check`);
        if (stale) return;
        setPreview(counted);
        setProblem(null);
      } catch (error) {
        if (!stale) setProblem(error);
      }
      if (!stale) setCounting(false);
    }, 300);
    return () => {
      stale = true;
      clearTimeout(wait);
    };
  }, [key, run.id]);

  const start = useMutation({
    mutationFn: () => api.post(`/imports/${run.id}/start`),
    onSuccess: async () => {
      onStarted();
      await refresh("/imports", "/subscribers", "/home");
    },
    onError: toastProblem,
  });

  return (
    <Columns>
      <Stack>
        <ColumnsCard
          columns={run.columns}
          mapping={plan.mapping}
          onChange={(mapping) => setPlan({ ...plan, mapping })}
        />
        <section
          className="card grid gap-4 p-4 sm:grid-cols-[1.25fr_1fr_1fr]"
          aria-label={t("For every row")}
        >
          <TagPicker
            label={t("Add tags to everybody")}
            tags={tags}
            value={plan.add_tags}
            onChange={(add_tags) => setPlan({ ...plan, add_tags })}
            onCreate={createTag}
          />
          <Select
            label={t("New people become")}
            value={plan.new_state}
            onChange={(new_state) => setPlan({ ...plan, new_state })}
            options={[
              { id: "active", label: t("Confirmed"), note: t("They agreed; they get your letters") },
              { id: "inactive", label: t("Unconfirmed"), note: t("They get nothing until they confirm") },
            ]}
          />
          <TextField
            label={t("Source")}
            value={plan.source}
            onChange={(source) => setPlan({ ...plan, source })}
            placeholder={run.file_name}
          />
        </section>
        {preview && preview.changes.length > 0 && <SomeChanges preview={preview} />}
      </Stack>
      <WhatHappens
        run={run}
        preview={preview}
        problem={problem}
        counting={counting}
        tags={tags.filter((tag) => plan.add_tags.includes(tag.id)).map((tag) => tag.name)}
        newState={plan.new_state}
        starting={start.isPending}
        onStart={() => start.mutate()}
      />
    </Columns>
  );
}

function SomeChanges({ preview }: { preview: Preview }) {
  return (
    <Card
      title={n("One of the changes", "{count} of the changes", preview.changes.length)}
      note={n("{count} person changes", "{count} people change", preview.changed)}
      className="overflow-hidden"
    >
      <Scroller label={t("Changes")} className="mt-1.5">
        <table className="w-full">
          <thead className="sr-only">
            <tr>
              <th>{t("Person")}</th>
              <th>{t("Field")}</th>
              <th>{t("Now")}</th>
              <th>{t("Afterwards")}</th>
              <th>{t("Line")}</th>
            </tr>
          </thead>
          <tbody>
            {preview.changes.map((change) => (
              <tr key={`${change.line}-${change.field}`} className="h-10 border-t whitespace-nowrap">
                <td className="ps-4 pe-2">
                  <span className="flex items-center gap-2.5">
                    <Avatar name={change.name || change.email} size="s" />
                    <span className="font-medium">{change.name || change.email}</span>
                  </span>
                </td>
                <td className="px-2 text-muted">{change.field}</td>
                <td className="px-2 text-muted">
                  {change.before ? (
                    change.after.startsWith("+") ? (
                      change.before
                    ) : (
                      <s className="decoration-grey">{change.before}</s>
                    )
                  ) : (
                    t("empty")
                  )}
                </td>
                <td className="px-2">
                  <span className="rounded-small bg-accent-soft px-1.75 py-0.5 font-medium text-accent">
                    {change.after}
                  </span>
                </td>
                <td className="ps-2 pe-4 text-end text-cap text-muted tabular-nums">
                  {t("line {line}", { line: change.line })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </Card>
  );
}
