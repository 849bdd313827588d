import { ArrowDownRight, ArrowUpRight } from "lucide-react";
import { calendarDay, n, number, percent, plusMinus, t } from "@/i18n";
import type { Home } from "@/types";
import { BarsChart, Card, css, Segmented, Stat } from "@/ui/kit";

type Growth = Home["growth"];
type Props = { growth: Growth; range: string; onRange: (range: string) => void };

const axisDay = (day: string) => calendarDay(day, { month: "short", day: "numeric" });

export function GrowthCard({ growth, range, onRange }: Props) {
  const words: Record<string, string> = {
    "30": t("last 30 days"),
    "90": t("last 90 days"),
    "365": t("last 12 months"),
  };
  const before: Record<string, string> = {
    "30": t("vs 30 days before"),
    "90": t("vs 90 days before"),
    "365": t("vs the year before"),
  };
  const days = Number(range);
  const rows = grouped(growth.days, days);
  return (
    <Card
      title={t("Growth")}
      note={words[range]}
      aside={
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
      }
    >
      <div className="grid grid-cols-4 gap-3 px-4 pt-3.5">
        <Stat
          terse
          label={
            <>
              <span className="sm:hidden">{t("Confirmed")}</span>
              <span className="max-sm:hidden">{t("Confirmed people")}</span>
            </>
          }
          value={number(growth.active)}
          note={t("can get your emails")}
        />
        <Stat
          terse
          label={<Named tone="joined" text={t("Joined")} />}
          value={number(growth.joined)}
          note={<Compared now={growth.joined} then={growth.joined_before} words={before[range] ?? ""} />}
        />
        <Stat
          terse
          label={<Named tone="left" text={t("Left")} />}
          value={number(growth.left)}
          note={
            <Compared now={growth.left} then={growth.left_before} words={before[range] ?? ""} lessIsGood />
          }
        />
        <Stat
          terse
          label={
            <>
              <span className="sm:hidden">{t("Net")}</span>
              <span className="max-sm:hidden">{t("Net growth")}</span>
            </>
          }
          value={plusMinus(growth.net)}
          note={n("{count} person a day", "{count} people a day", Math.round(growth.net / days))}
        />
      </div>
      <div className="px-4 pt-2 pb-3">
        <BarsChart
          label={t("People who joined and left per day, {range}", { range: words[range] ?? "" })}
          height={244}
          rows={rows}
          x="day"
          formatX={axisDay}
          series={[
            { key: "joined", label: t("Joined"), tint: "joined" },
            { key: "gone", label: t("Left"), tint: "left" },
          ]}
          note={(row) => sentence(row as unknown as Row)}
        />
      </div>
    </Card>
  );
}

type Row = { day: string; joined: number; gone: number; source: string };

/** One bar a day; a year of days is drawn as weeks. */
function grouped(days: Growth["days"], range: number): Row[] {
  const size = range > 90 ? 7 : 1;
  const rows: Row[] = [];
  for (let start = 0; start < days.length; start += size) {
    const span = days.slice(start, start + size);
    rows.push({
      day: span[0]?.day ?? "",
      joined: span.reduce((sum, each) => sum + each.joined, 0),
      gone: -span.reduce((sum, each) => sum + each.left, 0),
      source: size === 1 ? (span[0]?.top_source ?? "") : "",
    });
  }
  return rows;
}

function sentence(row: Row): string {
  const values = {
    day: axisDay(row.day),
    joined: number(row.joined),
    gone: number(-row.gone),
    source: row.source,
  };
  if (row.source && row.joined) return t("{day}: {joined} joined, most from {source}; {gone} left", values);
  return t("{day}: {joined} joined, {gone} left", values);
}

const Named = ({ tone, text }: { tone: "joined" | "left"; text: string }) => (
  <>
    <span className={css("size-2 rounded-xs", tone === "joined" ? "bg-joined" : "bg-left")} />
    {text}
  </>
);

export function Compared({
  now,
  then,
  words,
  lessIsGood,
}: {
  now: number;
  then: number;
  words: string;
  lessIsGood?: boolean;
}) {
  if (!then) return <>{t("nothing to compare yet")}</>;
  const up = now >= then;
  const good = now === then || up !== !!lessIsGood;
  const Arrow = up ? ArrowUpRight : ArrowDownRight;
  return (
    <>
      <Arrow
        size={12}
        strokeWidth={2.2}
        aria-hidden
        className={css("me-1 inline-block align-[-2px]", good ? "text-accent" : "text-warn")}
      />
      <b className={css("font-medium", good ? "text-accent" : "text-warn")}>
        {percent(Math.abs(now - then), then)}
      </b>
      <span className="sr-only">{up ? t("more") : t("less")}</span> {words}
    </>
  );
}
