import { useGet } from "@/data";
import { moment, t } from "@/i18n";
import type { Page } from "@/types";
import { A, type Column, EmptyState, ListCard, Mark, Select, useUrl } from "@/ui/kit";
import type { Recipient } from "../broadcasts/shapes";

const states = (): [string, string][] => [
  ["", t("Everyone")],
  ["delivered", t("Delivered")],
  ["opened", t("Opened")],
  ["clicked", t("Clicked")],
  ["no_sign", t("No sign of opening")],
  ["machine_only", t("Machine only")],
  ["unsubscribed", t("Unsubscribed")],
  ["bounced", t("Bounced")],
  ["refused", t("Refused")],
  ["uncertain", t("Uncertain")],
  ["excluded", t("Excluded")],
  ["cancelled", t("Cancelled")],
  ["deferred", t("Try later")],
  ["open", t("Still to go")],
];

/** Each recipient with what became of the email. */
export function PeopleTab({ id }: { id: number }) {
  const [url, setUrl] = useUrl<{ state: string; page: string }>();
  const list = useGet<Page<Recipient>>(`/broadcasts/${id}/people`, { state: url.state, page: url.page });
  const words = Object.fromEntries(states()) as Record<string, string>;
  const said = (row: Recipient) =>
    row.state === "accepted" ? t("Delivered") : (words[row.state] ?? row.state);
  const columns: Column<Recipient>[] = [
    {
      id: "person",
      label: t("Person"),
      cell: (row) => (
        <span className="block min-w-0">
          <A to={`/subscribers/${row.subscriber_id}`} className="block truncate font-medium">
            {row.name || row.email}
          </A>
          {row.name && <span className="block truncate text-cap text-muted">{row.email}</span>}
        </span>
      ),
    },
    {
      id: "state",
      label: t("What became of it"),
      cell: (row) => (
        <span className="flex items-center gap-2">
          {row.mark && <Mark kind={row.mark} />}
          {said(row)}
        </span>
      ),
    },
    {
      id: "why",
      label: t("What the server said"),
      from: "lg",
      className: "max-w-80",
      cell: (row) => <Why row={row} />,
    },
    { id: "at", label: t("When"), end: true, from: "md", cell: (row) => moment(row.at) },
  ];
  return (
    <ListCard
      label={t("People")}
      query={list}
      columns={columns}
      rowKey={(row) => row.subscriber_id}
      href={(row) => `/subscribers/${row.subscriber_id}`}
      filtered={!!url.state}
      onClearFilter={() => setUrl({ state: undefined })}
      onPage={(page) => setUrl({ page: String(page) }, false)}
      tools={
        <div className="p-2.5">
          <Select
            label={t("Show")}
            hideLabel
            className="w-56"
            value={url.state ?? ""}
            onChange={(state) => setUrl({ state: state || undefined, page: undefined })}
            options={states().map(([key, label]) => ({ id: key, label }))}
          />
        </div>
      }
      empty={<EmptyState title={t("Nobody")}>{t("This broadcast went to nobody.")}</EmptyState>}
    />
  );
}

/** The server's own words; a plain yes says nothing more. */
const Why = ({ row }: { row: Recipient }) => {
  const said = row.state === "accepted" ? "" : [row.code, row.text ?? row.reason].filter(Boolean).join(" ");
  return (
    <span className="block truncate text-muted" title={said || undefined}>
      {said || "–"}
    </span>
  );
};
