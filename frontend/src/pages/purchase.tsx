import { useParams } from "@tanstack/react-router";
import { useGet } from "@/data";
import { exact, number, t } from "@/i18n";
import { A, BackLink, Card, Columns, DataTable, ErrorState, Page, PageSkeleton, Pair, Stack } from "@/ui/kit";
import { bought, money, StatusBadge } from "./purchases/money";
import type { Purchase } from "./purchases/shapes";

/** One purchase: its lines, its sums, who bought. */
export default function PurchasePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useGet<Purchase>(`/purchases/${id}`);
  if (found.error && !found.data)
    return <ErrorState page problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data || String(found.data.id) !== id) return <PageSkeleton />;
  return <Content purchase={found.data} />;
}

function Content({ purchase }: { purchase: Purchase }) {
  const { currency } = purchase;
  return (
    <Page
      title={bought(purchase)}
      back={<BackLink to="/purchases">{t("Purchases")}</BackLink>}
      heading={
        <div className="flex flex-wrap items-center gap-3">
          <h1 className="wrap-anywhere">{bought(purchase)}</h1>
          <StatusBadge purchase={purchase} />
        </div>
      }
      lead={t("{total} on {when}", {
        total: money(purchase.total, currency),
        when: exact(purchase.transaction_time),
      })}
    >
      <Columns>
        <Card title={t("Products")} className="sm:overflow-hidden">
          <div className="overflow-x-auto pt-2">
            <DataTable
              label={t("Products")}
              rows={purchase.products}
              rowKey={(line) => `${line.pid} ${line.lid}`}
              columns={[
                {
                  id: "name",
                  label: t("Product"),
                  className: "max-w-72",
                  cell: (line) => (
                    <A
                      to="/purchases"
                      search={{ product: String(line.product_id) }}
                      className="block truncate font-medium hover:underline"
                    >
                      {line.name}
                    </A>
                  ),
                },
                { id: "sku", label: t("SKU"), from: "md", cell: (line) => line.sku ?? "–" },
                {
                  id: "price",
                  label: t("Price"),
                  end: true,
                  cell: (line) => money(line.unit_price, currency),
                },
                { id: "count", label: t("Quantity"), end: true, cell: (line) => number(line.quantity) },
                {
                  id: "sum",
                  label: t("Sum"),
                  end: true,
                  cell: (line) => money(Number(line.unit_price) * line.quantity, currency),
                },
              ]}
            />
          </div>
          <Sums purchase={purchase} />
        </Card>
        <Stack>
          <Card title={t("Details")}>
            <dl className="px-4 pt-1.5 pb-3.5">
              <Pair term={t("Person")}>
                {purchase.subscriber_id ? (
                  <A to={`/subscribers/${purchase.subscriber_id}`} className="text-accent hover:underline">
                    {purchase.email}
                  </A>
                ) : (
                  t("erased")
                )}
              </Pair>
              <Pair term={t("Transaction")}>{purchase.transaction_id}</Pair>
              <Pair term={t("State")}>{purchase.status}</Pair>
              <Pair term={t("Shop")}>{purchase.integration || "–"}</Pair>
              <Pair term={t("Reported")}>{exact(purchase.created_at)}</Pair>
              <Pair term={t("Changed")}>{exact(purchase.updated_at)}</Pair>
            </dl>
          </Card>
        </Stack>
      </Columns>
    </Page>
  );
}

function Sums({ purchase }: { purchase: Purchase }) {
  const rows = [
    [t("Subtotal"), purchase.subtotal],
    [t("Shipping"), purchase.shipping],
    [t("Discount"), purchase.discount],
    [t("Tax"), purchase.tax],
  ] as const;
  return (
    <dl className="ms-auto w-full max-w-72 border-t px-4 py-3 sm:border-t-0">
      {rows.map(([term, amount]) => (
        <div key={term} className="flex justify-between gap-4 py-0.5">
          <dt className="text-muted">{term}</dt>
          <dd className="tabular-nums">{money(amount, purchase.currency)}</dd>
        </div>
      ))}
      <div className="mt-1 flex justify-between gap-4 border-t pt-1.5 font-semibold">
        <dt>{t("Total")}</dt>
        <dd className="tabular-nums">{money(purchase.total, purchase.currency)}</dd>
      </div>
    </dl>
  );
}
