import { Receipt } from "lucide-react";
import { useGet } from "@/data";
import { moment, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import {
  A,
  type Column,
  EmptyState,
  LinkButton,
  ListCard,
  Page,
  SearchField,
  Select,
  useUrl,
} from "@/ui/kit";
import { bought, money, StatusBadge } from "./purchases/money";
import { RevenueCard } from "./purchases/revenue";
import type { Product, Purchase } from "./purchases/shapes";

type Url = { page: string; q: string; product: string; days: string; status: string; range: string };

/** What shops reported, and what it brought in. */
export default function Purchases() {
  const [url, setUrl] = useUrl<Url>();
  const list = useGet<PageOf<Purchase>>("/purchases", {
    page: Number(url.page ?? 1) || 1,
    q: url.q,
    product_id: url.product,
    days: url.days,
    status: url.status,
  });
  const products = useGet<PageOf<Product>>("/products", { per_page: 200 }).data?.items ?? [];
  const filtered = !!(url.q || url.product || url.days || url.status);
  const none = !filtered && list.data?.total === 0;
  const clear = () =>
    setUrl({ q: undefined, product: undefined, days: undefined, status: undefined, page: undefined });
  return (
    <Page title={t("Purchases")} lead={t("What people bought, as your shop reports it.")}>
      {!none && (
        <RevenueCard
          range={url.range && ["30", "365"].includes(url.range) ? url.range : "90"}
          onRange={(range) => setUrl({ range })}
        />
      )}
      <ListCard
        label={t("Purchases")}
        query={list}
        columns={columns()}
        rowKey={(row) => row.id}
        href={(row) => `/purchases/${row.id}`}
        onPage={(page) => setUrl({ page: String(page) }, false)}
        card={(row) => <Small row={row} />}
        filtered={filtered}
        onClearFilter={clear}
        tools={
          !none && (
            <div className="flex flex-wrap items-center gap-2 p-3 max-sm:px-0">
              <SearchField
                label={t("Search purchases")}
                value={url.q ?? ""}
                onChange={(q) => setUrl({ q: q || undefined, page: undefined })}
                className="min-w-48 flex-1"
              />
              <Select
                label={t("Product")}
                hideLabel
                size="s"
                className="w-44"
                value={url.product ?? "all"}
                onChange={(id) => setUrl({ product: id === "all" ? undefined : id, page: undefined })}
                options={[
                  { id: "all", label: t("All products") },
                  ...products.map((each) => ({ id: String(each.id), label: each.name })),
                ]}
              />
              <Select
                label={t("Time")}
                hideLabel
                size="s"
                className="w-36"
                value={url.days ?? "all"}
                onChange={(days) => setUrl({ days: days === "all" ? undefined : days, page: undefined })}
                options={[
                  { id: "all", label: t("All time") },
                  { id: "7", label: t("Last 7 days") },
                  { id: "30", label: t("Last 30 days") },
                  { id: "365", label: t("Last 12 months") },
                ]}
              />
              <Select
                label={t("State")}
                hideLabel
                size="s"
                className="w-32"
                value={url.status ?? "all"}
                onChange={(status) =>
                  setUrl({ status: status === "all" ? undefined : status, page: undefined })
                }
                options={[
                  { id: "all", label: t("Any state") },
                  { id: "paid", label: t("Paid") },
                  { id: "refunded", label: t("Refunded") },
                ]}
              />
            </div>
          )
        }
        empty={
          <EmptyState
            icon={<Receipt size={20} aria-hidden />}
            title={t("No purchases yet")}
            action={<LinkButton to="/settings/keys">{t("Open your API keys")}</LinkButton>}
          >
            {t(
              "Connect your shop's Kit (ConvertKit) plug-in to this address and your keys: each sale shows up here.",
            )}
          </EmptyState>
        }
      />
    </Page>
  );
}

const columns = (): Column<Purchase>[] => [
  {
    id: "what",
    label: t("Bought"),
    className: "max-w-72",
    cell: (row) => <span className="block truncate font-medium">{bought(row)}</span>,
  },
  {
    id: "who",
    label: t("Person"),
    className: "max-w-64",
    cell: (row) => <span className="block truncate">{row.email ?? t("erased")}</span>,
  },
  { id: "when", label: t("Time"), from: "md", cell: (row) => moment(row.transaction_time) },
  { id: "state", label: t("State"), cell: (row) => <StatusBadge purchase={row} /> },
  { id: "total", label: t("Total"), end: true, cell: (row) => money(row.total, row.currency) },
];

const Small = ({ row }: { row: Purchase }) => (
  <A to={`/purchases/${row.id}`} className="card flex min-h-16 items-center justify-between gap-3 px-4 py-3">
    <span className="min-w-0">
      <span className="block truncate text-body font-medium">{bought(row)}</span>
      <span className="block truncate text-cap text-muted">{row.email ?? t("erased")}</span>
    </span>
    <span className="flex flex-col items-end gap-1">
      <span className="font-semibold tabular-nums">{money(row.total, row.currency)}</span>
      <StatusBadge purchase={row} />
    </span>
  </A>
);
