import { Mail } from "lucide-react";
import { useMay } from "@/data";
import { number, percent, t, weekday } from "@/i18n";
import type { Home } from "@/types";
import { A, Badge, Card, type Column, DataTable, EmptyState, ShareBar, TextLink } from "@/ui/kit";
import { NewBroadcast } from "../parts/new-broadcast";

type Row = Home["broadcasts"][number];

const columns = (): Column<Row>[] => [
  {
    id: "subject",
    label: t("Broadcast"),
    className: "max-w-80",
    cell: (row) => (
      <>
        <span className="block truncate font-medium">
          {row.subject || t("No subject yet")} {row.rehearsed && <Badge tone="info">{t("Rehearsed")}</Badge>}
        </span>
        <span className="block truncate text-cap text-muted">
          {weekday(row.sent_at)} · {row.audience_text}
        </span>
      </>
    ),
  },
  { id: "delivered", label: t("Delivered"), end: true, cell: (row) => number(row.delivered) },
  {
    id: "opened",
    label: t("Opened by people"),
    className: "ps-7!",
    cell: (row) => (
      <span className="flex items-center gap-2.5">
        <ShareBar share={row.open_rate ?? 0} />
        <span className="font-medium tabular-nums">{percent(row.open_rate, 1)}</span>
      </span>
    ),
  },
  {
    id: "clicked",
    label: t("Clicked"),
    end: true,
    cell: (row) => <span className="font-medium">{percent(row.click_rate, 1)}</span>,
  },
  {
    id: "left",
    label: t("Unsubscribed"),
    end: true,
    cell: (row) => <span className="text-muted">{number(row.unsubscribed)}</span>,
  },
];

export function LastBroadcasts({ broadcasts }: { broadcasts: Row[] }) {
  const may = useMay();
  return (
    <Card
      title={t("Last broadcasts")}
      aside={<TextLink to="/broadcasts">{t("All broadcasts")}</TextLink>}
      className="overflow-hidden"
    >
      {broadcasts.length === 0 ? (
        <EmptyState
          icon={<Mail size={20} aria-hidden />}
          title={t("Nothing sent yet")}
          action={may.write && <NewBroadcast label={t("Write your first")} />}
        >
          {t("Write a broadcast, look at it in the test inbox, then send it.")}
        </EmptyState>
      ) : (
        <DataTable
          label={t("Last broadcasts")}
          columns={columns()}
          rows={broadcasts}
          rowKey={(row) => row.id}
          href={(row) => `/broadcasts/${row.id}`}
          tall
          card={(row) => <Small row={row} />}
        />
      )}
      {broadcasts.length > 0 && (
        <ul className="mt-2 divide-y border-t sm:hidden">
          {broadcasts.map((row) => (
            <li key={row.id}>
              <Small row={row} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const Small = ({ row }: { row: Row }) => (
  <A to={`/broadcasts/${row.id}`} className="block min-h-14 px-4 py-2.5">
    <span className="block font-medium">{row.subject}</span>
    <span className="block text-cap text-muted">
      {weekday(row.sent_at)} ·{" "}
      {t("{delivered} delivered, {opened} opened, {clicked} clicked", {
        delivered: number(row.delivered),
        opened: percent(row.open_rate, 1),
        clicked: percent(row.click_rate, 1),
      })}
    </span>
  </A>
);
