import { ListOrdered, Plus } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { n, number, percent, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import {
  A,
  Badge,
  Button,
  type Column,
  EmptyState,
  FormDialog,
  ListCard,
  Page,
  useGo,
  useUrl,
} from "@/ui/kit";
import type { Sequence, SequenceRow } from "./sequences/shapes";

/** Every sequence, and how far people are in it. */
export default function Sequences() {
  const may = useMay();
  const go = useGo();
  const refresh = useRefresh();
  const [naming, setNaming] = useState(false);
  const [url, setUrl] = useUrl<{ page: string }>();
  const list = useGet<PageOf<SequenceRow>>("/sequences", { page: Number(url.page ?? 1) || 1 });
  const make = async (values: Record<string, string | boolean>) => {
    const made = await api.post<Sequence>("/sequences", { name: values.name });
    await refresh("/sequences");
    go(`/sequences/${made.id}`);
  };
  return (
    <Page
      title={t("Sequences")}
      lead={t("Emails that follow each other, to everybody in their own time.")}
      actions={
        may.write && (
          <Button variant="primary" icon={<Plus size={16} aria-hidden />} onPress={() => setNaming(true)}>
            {t("New sequence")}
          </Button>
        )
      }
    >
      <ListCard
        label={t("Sequences")}
        query={list}
        columns={columns()}
        rowKey={(row) => row.id}
        href={(row) => `/sequences/${row.id}`}
        onPage={(page) => setUrl({ page: String(page) }, false)}
        card={(row) => <Small row={row} />}
        empty={
          <EmptyState
            icon={<ListOrdered size={20} aria-hidden />}
            title={t("No sequences yet")}
            action={
              may.write && <Button onPress={() => setNaming(true)}>{t("Make your first sequence")}</Button>
            }
          >
            {t(
              "A sequence welcomes whoever you add: one email at once, the next some days later, and so on.",
            )}
          </EmptyState>
        }
      />
      {naming && (
        <FormDialog
          title={t("New sequence")}
          open
          onClose={() => setNaming(false)}
          verb={t("Make the sequence")}
          fields={[
            {
              name: "name",
              label: t("Name"),
              required: true,
              placeholder: t("Welcome"),
              help: t("Only you see it."),
            },
          ]}
          save={make}
        />
      )}
    </Page>
  );
}

const columns = (): Column<SequenceRow>[] => [
  {
    id: "name",
    label: t("Sequence"),
    className: "max-w-80",
    cell: (row) => (
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{row.name}</span>
        {!row.active && <Badge>{t("Off")}</Badge>}
      </span>
    ),
  },
  {
    id: "emails",
    label: t("Emails"),
    end: true,
    cell: (row) =>
      row.published === row.emails
        ? number(row.emails)
        : t("{published} of {emails}", { published: row.published, emails: row.emails }),
  },
  { id: "in", label: t("In it now"), end: true, cell: (row) => number(row.in_it) },
  { id: "done", label: t("Completed"), end: true, from: "md", cell: (row) => number(row.completed) },
  { id: "opened", label: t("Opened"), end: true, from: "md", cell: (row) => rate(row.open_rate) },
  { id: "clicked", label: t("Clicked"), end: true, from: "md", cell: (row) => rate(row.click_rate) },
];

const rate = (share: number | null): string => (share === null ? "–" : percent(share, 1));

const Small = ({ row }: { row: SequenceRow }) => (
  <A to={`/sequences/${row.id}`} className="card flex min-h-16 items-center justify-between gap-3 px-4 py-3">
    <span className="min-w-0">
      <span className="flex items-center gap-2">
        <span className="truncate text-body font-medium">{row.name}</span>
        {!row.active && <Badge>{t("Off")}</Badge>}
      </span>
      <span className="block text-cap text-muted">
        {n("{count} email", "{count} emails", row.emails)}, {t("{count} completed", { count: row.completed })}
      </span>
    </span>
    <span className="text-end">
      <span className="block text-num font-semibold tabular-nums">{number(row.in_it)}</span>
      <span className="block text-cap text-muted">{t("in it now")}</span>
    </span>
  </A>
);
