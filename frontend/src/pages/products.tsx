import { Package } from "lucide-react";
import { useGet } from "@/data";
import { day, n, number, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import { A, type Column, CopyButton, EmptyState, ListCard, Page, SearchField, useUrl } from "@/ui/kit";
import { moneys } from "./purchases/money";
import type { Product } from "./purchases/shapes";

/** What was sold so far, with the ids that webhooks and shops know it by. */
export default function Products() {
  const [url, setUrl] = useUrl<{ page: string; q: string }>();
  const list = useGet<PageOf<Product>>("/products", { page: Number(url.page ?? 1) || 1, q: url.q });
  const none = !url.q && list.data?.total === 0;
  return (
    <Page title={t("Products")} lead={t("A product is here from its first purchase on.")}>
      <ListCard
        label={t("Products")}
        query={list}
        columns={columns()}
        rowKey={(row) => row.id}
        onPage={(page) => setUrl({ page: String(page) }, false)}
        card={(row) => <Small row={row} />}
        filtered={!!url.q}
        onClearFilter={() => setUrl({ q: undefined, page: undefined })}
        tools={
          !none && (
            <div className="p-3 max-sm:px-0">
              <SearchField
                label={t("Search products")}
                value={url.q ?? ""}
                onChange={(q) => setUrl({ q: q || undefined, page: undefined })}
                className="max-w-80"
              />
            </div>
          )
        }
        empty={
          <EmptyState icon={<Package size={20} aria-hidden />} title={t("No products yet")}>
            {t("Your shop's first purchase brings its products with it.")}
          </EmptyState>
        }
      />
    </Page>
  );
}

const columns = (): Column<Product>[] => [
  {
    id: "name",
    label: t("Product"),
    className: "max-w-72",
    cell: (row) => (
      <A
        to="/purchases"
        search={{ product: String(row.id) }}
        className="block truncate font-medium hover:underline"
      >
        {row.name}
      </A>
    ),
  },
  {
    id: "id",
    label: t("Id for webhooks"),
    cell: (row) => (
      <span className="flex items-center gap-1 tabular-nums">
        {row.id}
        <CopyButton text={String(row.id)} label={t("Copy the id of {name}", { name: row.name })} />
      </span>
    ),
  },
  {
    id: "pid",
    label: t("Shop's id"),
    from: "md",
    className: "max-w-40",
    cell: (row) => <span className="block truncate">{row.pid}</span>,
  },
  { id: "sku", label: t("SKU"), from: "lg", cell: (row) => row.sku ?? "–" },
  { id: "sold", label: t("Sold"), end: true, cell: (row) => number(row.sold) },
  { id: "people", label: t("People"), end: true, from: "lg", cell: (row) => number(row.people) },
  { id: "last", label: t("Last bought"), from: "xl", cell: (row) => (row.last_at ? day(row.last_at) : "–") },
  { id: "revenue", label: t("Revenue"), end: true, cell: (row) => moneys(row.revenue) },
];

const Small = ({ row }: { row: Product }) => (
  <A
    to="/purchases"
    search={{ product: String(row.id) }}
    className="card flex min-h-16 items-center justify-between gap-3 px-4 py-3"
  >
    <span className="min-w-0">
      <span className="block truncate text-body font-medium">{row.name}</span>
      <span className="block text-cap text-muted">
        {n("{count} sold", "{count} sold", row.sold)}, {t("id {id}", { id: String(row.id) })}
      </span>
    </span>
    <span className="text-end font-semibold tabular-nums">{moneys(row.revenue)}</span>
  </A>
);
