import { Copy, Ellipsis, Mail, Pencil, Trash2 } from "lucide-react";
import { useGet, useMay } from "@/data";
import { ago, moment, n, number, percent, t, weekday } from "@/i18n";
import {
  A,
  type Column,
  EmptyState,
  ListCard,
  MenuButton,
  MenuItem,
  Page,
  SearchField,
  ShareBar,
  TabLinks,
  useUrl,
} from "@/ui/kit";
import { useBroadcastActs } from "./broadcasts/acts";
import { Sending } from "./broadcasts/sending";
import type { BroadcastRow, Broadcasts as Listing, Tab } from "./broadcasts/shapes";
import { StateOf, subjectOf } from "./broadcasts/words";
import { NewBroadcast } from "./parts/new-broadcast";

const tabs: Tab[] = ["drafts", "scheduled", "sending", "sent"];
const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export default function Broadcasts() {
  const may = useMay();
  const [url, setUrl] = useUrl<{ tab: string; page: string; q: string }>();
  const asked = tabs.find((each) => each === url.tab);
  const tab = asked ?? "drafts";
  const list = useGet<Listing>(
    "/broadcasts",
    { tab, page: url.page, q: url.q },
    { every: tab === "sending" ? 4000 : 30_000 },
  );
  const counts = list.data?.counts;
  const names = { drafts: t("Drafts"), scheduled: t("Scheduled"), sending: t("Sending"), sent: t("Sent") };
  return (
    <Page title={t("Broadcasts")} lead={lead(tab, counts)} actions={may.write && <NewBroadcast />}>
      <TabLinks
        label={t("Broadcasts by state")}
        current={tab}
        tabs={tabs.map((each) => ({
          id: each,
          label: names[each],
          count: counts?.[each],
          to: "/broadcasts",
          search: { tab: each },
        }))}
      />
      {tab === "sending" ? (
        <Sending list={list} />
      ) : (
        <ListCard
          label={names[tab]}
          tall
          query={list}
          columns={columns(tab)}
          rowKey={(row) => row.id}
          href={hrefOf}
          filtered={!!url.q}
          onClearFilter={() => setUrl({ q: undefined })}
          onPage={(page) => setUrl({ page: String(page) }, false)}
          card={(row) => <Small row={row} />}
          tools={
            (counts?.[tab] ?? 0) > 8 || url.q ? (
              <div className="p-2.5">
                <SearchField
                  label={t("Search subjects")}
                  value={url.q ?? ""}
                  onChange={(q) => setUrl({ q: q || undefined, page: undefined })}
                  className="max-w-80"
                />
              </div>
            ) : undefined
          }
          empty={<Nothing tab={tab} />}
        />
      )}
    </Page>
  );
}

function lead(tab: Tab, counts?: Record<Tab, number>): string {
  if (tab === "sending" && counts?.sending) {
    return n(
      "One is on its way. Leave this page if you like: sending goes on.",
      "{count} are on their way or wait. Leave this page if you like: sending goes on.",
      counts.sending,
    );
  }
  return t("Letters to many people at once.");
}

const hrefOf = (row: BroadcastRow): string =>
  row.state === "draft" ? `/broadcasts/${row.id}/edit` : `/broadcasts/${row.id}`;

function when(row: BroadcastRow): string {
  if (row.sent_at) return weekday(row.sent_at);
  if (row.send_at) return moment(row.send_at);
  return t("changed {when}", { when: ago(row.updated_at) });
}

function columns(tab: Tab): Column<BroadcastRow>[] {
  const first: Column<BroadcastRow> = {
    id: "subject",
    label: t("Broadcast"),
    className: "max-w-96",
    cell: (row) => (
      <span className="block min-w-0">
        <A to={hrefOf(row)} className="block truncate font-medium">
          {subjectOf(row.subject)}
        </A>
        <span className="block truncate text-cap text-muted">
          {tab === "drafts" ? row.preview_text || row.audience_text : `${when(row)} · ${row.audience_text}`}
        </span>
      </span>
    ),
  };
  const menu: Column<BroadcastRow> = {
    id: "menu",
    label: t("More"),
    silent: true,
    end: true,
    cell: (row) => <RowMenu row={row} />,
  };
  if (tab === "sent") return [first, stateColumn, ...reportColumns(), menu];
  if (tab === "scheduled") {
    return [
      first,
      { id: "at", label: t("Leaves"), cell: (row) => row.send_at && moment(row.send_at) },
      stateColumn,
      menu,
    ];
  }
  return [
    first,
    { id: "to", label: t("To"), from: "lg", cell: (row) => row.audience_text },
    { ...changed },
    menu,
  ];
}

const stateColumn: Column<BroadcastRow> = {
  id: "state",
  get label() {
    return t("State");
  },
  cell: (row) => <StateOf of={row} rehearsed={row.rehearsed} />,
};
const changed: Column<BroadcastRow> = {
  id: "changed",
  get label() {
    return t("Changed");
  },
  end: true,
  cell: (row) => <span className="text-muted">{ago(row.updated_at)}</span>,
};

function reportColumns(): Column<BroadcastRow>[] {
  return [
    {
      id: "delivered",
      label: t("Delivered"),
      end: true,
      cell: (row) => row.report && number(row.report.delivered),
    },
    {
      id: "opened",
      label: t("Opened by people"),
      from: "lg",
      className: "ps-8!",
      cell: (row) =>
        row.report && (
          <span className="flex items-center gap-2.5 tabular-nums">
            <ShareBar share={row.report.open_rate ?? 0} />
            {percent(row.report.open_rate ?? 0, 1)}
          </span>
        ),
    },
    {
      id: "clicked",
      label: t("Clicked"),
      end: true,
      from: "lg",
      cell: (row) => row.report && percent(row.report.click_rate ?? 0, 1),
    },
    {
      id: "left",
      label: t("Unsubscribed"),
      end: true,
      from: "xl",
      cell: (row) => row.report && number(row.report.unsubscribed),
    },
  ];
}

function RowMenu({ row }: { row: BroadcastRow }) {
  const may = useMay();
  const acts = useBroadcastActs();
  if (!may.write) return null;
  const mayDelete = row.state === "draft" || row.state === "scheduled";
  return (
    <MenuButton
      label={t("More for “{subject}”", { subject: subjectOf(row.subject) })}
      icon={<Ellipsis {...icon} />}
    >
      {mayDelete && (
        <MenuItem icon={<Pencil {...icon} />} href={`/broadcasts/${row.id}/edit`}>
          {t("Edit")}
        </MenuItem>
      )}
      <MenuItem icon={<Copy {...icon} />} onAction={() => acts.duplicate.mutate(row.id)}>
        {t("Duplicate")}
      </MenuItem>
      {mayDelete && (
        <MenuItem
          icon={<Trash2 {...icon} />}
          danger
          onAction={() => acts.askDelete(row.id, subjectOf(row.subject))}
        >
          {t("Delete")}
        </MenuItem>
      )}
    </MenuButton>
  );
}

function Small({ row }: { row: BroadcastRow }) {
  return (
    <A to={hrefOf(row)} className="card block p-3.5">
      <span className="flex items-start justify-between gap-3">
        <span className="min-w-0 text-body font-medium">{subjectOf(row.subject)}</span>
        <StateOf of={row} rehearsed={row.rehearsed} />
      </span>
      <span className="mt-1 block text-cap text-muted">
        {when(row)} · {row.audience_text}
      </span>
      {row.report && (
        <span className="mt-2 flex justify-between text-cap text-soft tabular-nums">
          <span>{t("{count} delivered", { count: row.report.delivered })}</span>
          <span>{t("{share} opened", { share: percent(row.report.open_rate ?? 0, 1) })}</span>
          <span>{t("{share} clicked", { share: percent(row.report.click_rate ?? 0, 1) })}</span>
        </span>
      )}
    </A>
  );
}

function Nothing({ tab }: { tab: Tab }) {
  const may = useMay();
  const texts = {
    drafts: [
      t("No drafts"),
      t("Write to everyone, or to those with a tag. A draft saves itself as you write."),
    ],
    scheduled: [
      t("Nothing is scheduled"),
      t("Choose a time in “Review & send”, and the letter leaves by itself."),
    ],
    sending: [t("Nothing is on its way"), t("When you send a letter, you can follow it here.")],
    sent: [
      t("Nothing sent yet"),
      t("After the first letter you see here who opened it and what they clicked."),
    ],
  } as const;
  return (
    <EmptyState
      icon={<Mail size={20} aria-hidden />}
      title={texts[tab][0]}
      action={may.write && <NewBroadcast label={t("Write a letter")} />}
    >
      {texts[tab][1]}
    </EmptyState>
  );
}
