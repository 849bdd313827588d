import { locale, t } from "@/i18n";
import { Badge } from "@/ui/kit";
import type { Money, Purchase } from "./shapes";

/** "12.50" in EUR → "€12.50"; what no browser knows keeps its code. */
export function money(amount: string | number, currency: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency }).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}

/** Sums are never added across currencies. */
export const moneys = (all: Money[]): string =>
  all.map((each) => money(each.amount, each.currency)).join(" + ") || "–";

export const StatusBadge = ({ purchase }: { purchase: Purchase }) => (
  <Badge tone={purchase.refunded ? "warn" : purchase.status === "paid" ? "ok" : "grey"}>
    {purchase.status === "paid"
      ? t("Paid")
      : purchase.status === "refunded"
        ? t("Refunded")
        : purchase.status}
  </Badge>
);

/** "Field guide and 2 more". */
export function bought(purchase: Purchase): string {
  const [first, ...more] = purchase.products;
  if (!first) return t("nothing");
  return more.length > 0 ? t("{name} and {more} more", { name: first.name, more: more.length }) : first.name;
}
