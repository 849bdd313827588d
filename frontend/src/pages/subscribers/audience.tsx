import { useGet } from "@/data";
import { calendarDay, number, plusMinus, t } from "@/i18n";
import type { Growth } from "@/types";
import { AreaChart, Skeleton, SparkChart, Stat } from "@/ui/kit";
import { Compared } from "../home/growth";

const axisDay = (day: string) => calendarDay(day, { month: "short", day: "numeric" });

/** How the audience grew, beside who came and who left. */
export function Audience() {
  const { data: growth, error } = useGet<Growth>("/growth", { days: 60 });
  if (error) return null;
  if (!growth) return <Skeleton className="mb-5 h-73 rounded-card! max-md:hidden" />;
  const before = growth.joined_before - growth.left_before;
  return (
    <section
      className="card mb-5 grid max-md:hidden lg:grid-cols-[minmax(0,1fr)_17rem]"
      aria-label={t("Audience")}
    >
      <div className="min-w-0 p-4 pt-4.5">
        <h2>
          {t("Audience")}
          <small className="ms-1.5 text-ui font-normal text-muted">{t("last 60 days")}</small>
        </h2>
        <div className="mt-3">
          <AreaChart
            label={t("Confirmed people per day, last 60 days; the axis does not start at zero")}
            name={t("Confirmed people")}
            height={226}
            rows={growth.days as unknown as Record<string, string | number>[]}
            x="day"
            y="total"
            formatX={axisDay}
          />
        </div>
      </div>
      <div className="grid divide-y border-s max-lg:grid-cols-3 max-lg:divide-x max-lg:divide-y-0 max-lg:border-s-0 max-lg:border-t">
        <Figure
          label={t("New")}
          value={number(growth.joined)}
          note={<Compared now={growth.joined} then={growth.joined_before} words={t("vs previous")} />}
          values={growth.days.map((day) => day.joined)}
          tint="accent"
        />
        <Figure
          label={t("Unsubscribed")}
          value={number(growth.left)}
          note={<Compared now={growth.left} then={growth.left_before} words={t("vs previous")} lessIsGood />}
          values={growth.days.map((day) => day.left)}
          tint="plum"
        />
        <Figure
          label={t("Net growth")}
          value={plusMinus(growth.net)}
          note={<Compared now={growth.net} then={Math.max(0, before)} words={t("vs previous")} />}
          values={growth.days.map((day) => day.joined - day.left)}
          tint="info"
        />
      </div>
    </section>
  );
}

type FigureProps = {
  label: string;
  value: string;
  note: React.ReactNode;
  values: number[];
  tint: "accent" | "plum" | "info";
};

function Figure({ label, value, note, values, tint }: FigureProps) {
  return (
    <div className="flex items-center justify-between gap-3 px-4 py-3">
      <Stat label={label} value={value} note={note} />
      <div className="w-24 shrink-0">
        <SparkChart
          label={t("{figure} per day", { figure: label })}
          height={36}
          values={values}
          tint={tint}
        />
      </div>
    </div>
  );
}
