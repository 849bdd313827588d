import { useGet } from "@/data";
import { day, t } from "@/i18n";
import { A, Card } from "@/ui/kit";
import { bought, money, StatusBadge } from "./money";
import type { Purchase } from "./shapes";

/** On a profile: what somebody bought. */
export function PurchasesCard({ id }: { id: number }) {
  const items = useGet<{ items: Purchase[] }>(`/subscribers/${id}/purchases`).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title={t("Purchases")} note={String(items.length)}>
      <ul className="px-4 pt-1.5 pb-3.5">
        {items.map((each) => (
          <li key={each.id} className="flex min-h-11 items-center justify-between gap-3">
            <A to={`/purchases/${each.id}`} className="touch min-w-0 hover:underline">
              <span className="block truncate">{bought(each)}</span>
              <span className="block text-cap text-muted">{day(each.transaction_time)}</span>
            </A>
            <span className="flex items-center gap-2 whitespace-nowrap tabular-nums">
              {each.status !== "paid" && <StatusBadge purchase={each} />}
              {money(each.total, each.currency)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
