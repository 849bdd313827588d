import { useState } from "react";
import { useGet } from "@/data";
import { calendarDay, n, t } from "@/i18n";
import { BarsChart, Card, ErrorState, Segmented, Select, Skeleton, Stat } from "@/ui/kit";
import { money } from "./money";
import type { Revenue } from "./shapes";

type Props = { range: string; onRange: (range: string) => void };

const axisDay = (day: string) => calendarDay(day, { month: "short", day: "numeric" });

/** What came in by day, one currency at a time. */
export function RevenueCard({ range, onRange }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const answer = useGet<{ currencies: Revenue[] }>("/purchases/revenue", { days: Number(range) });
  const all = answer.data?.currencies ?? [];
  const shown = all.find((each) => each.currency === chosen) ?? all[0];
  return (
    <Card
      title={t("Revenue")}
      note={t("refunds left out")}
      className="mb-4"
      aside={
        <div className="flex flex-wrap items-center gap-2">
          {all.length > 1 && (
            <Select
              label={t("Currency")}
              hideLabel
              size="s"
              className="w-24"
              value={shown?.currency}
              onChange={setChosen}
              options={all.map((each) => ({ id: each.currency, label: each.currency }))}
            />
          )}
          <Segmented
            label={t("Range")}
            value={range}
            onChange={onRange}
            segments={[
              { id: "30", label: t("30 days") },
              { id: "90", label: t("90 days") },
              { id: "365", label: t("12 months") },
            ]}
          />
        </div>
      }
    >
      {answer.error && !answer.data ? (
        <ErrorState problem={answer.error} retry={() => void answer.refetch()} />
      ) : answer.isPending ? (
        <div className="p-4">
          <Skeleton className="h-48 w-full" />
        </div>
      ) : shown ? (
        <Shown revenue={shown} />
      ) : (
        <p className="p-4 text-muted">{t("Nothing was bought in this time.")}</p>
      )}
    </Card>
  );
}

function Shown({ revenue }: { revenue: Revenue }) {
  const { currency } = revenue;
  const rows = grouped(revenue.days);
  return (
    <>
      <div className="grid grid-cols-3 gap-3 px-4 pt-3.5">
        <Stat label={t("Revenue")} value={money(revenue.total, currency)} />
        <Stat label={t("Time before")} value={money(revenue.total_before, currency)} />
        <Stat label={t("Purchases")} value={String(revenue.purchases)} />
      </div>
      <div className="px-4 pt-2 pb-3">
        <BarsChart
          label={t("Revenue in {currency} by day", { currency })}
          height={190}
          rows={rows}
          x="day"
          formatX={axisDay}
          series={[{ key: "amount", label: t("Revenue"), tint: "accent" }]}
          note={(row) =>
            t("{day}: {amount}, {purchases}", {
              day: axisDay(String(row.day)),
              amount: money(Number(row.amount), currency),
              purchases: n("{count} purchase", "{count} purchases", Number(row.purchases)),
            })
          }
        />
      </div>
    </>
  );
}

/** Days, or weeks where a day would be a hair's breadth; each under its first day. */
function grouped(days: Revenue["days"]): Record<string, string | number>[] {
  const step = days.length > 120 ? 7 : 1;
  const rows: Record<string, string | number>[] = [];
  for (let at = 0; at < days.length; at += step) {
    const part = days.slice(at, at + step);
    rows.push({
      day: part[0]?.day ?? "",
      amount: part.reduce((sum, each) => sum + Number(each.amount), 0),
      purchases: part.reduce((sum, each) => sum + each.purchases, 0),
    });
  }
  return rows;
}
