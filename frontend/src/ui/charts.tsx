import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  LineChart,
  ReferenceDot,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { number, short, t } from "../i18n";

/** Recharts, wrapped once: our axes, our colours, and the same figures as a table for screen readers. */

export type Tint = "accent" | "joined" | "left" | "info" | "info-mid" | "plum" | "grey";
const tint = (name: Tint): string => `var(--color-${name})`;

const tick = { fontSize: 11.5, fill: "var(--color-muted)" };
const axis = { tick, tickLine: false, axisLine: false } as const;
const grid = <CartesianGrid vertical={false} stroke="var(--color-line)" strokeDasharray="2 4" />;

type Column = { key: string; label: string };
type Point = Record<string, string | number>;

/** Whole below ten thousand: steps of fifty are not told apart by "1.1k". */
const figure = (value: number): string =>
  (Math.abs(value) < 10_000 ? number(value) : short(value)).replace("-", "−");

/** The figures behind a picture. */
function Figures({
  label,
  rows,
  columns,
  x,
}: {
  label: string;
  rows: Point[];
  columns: Column[];
  x: (row: Point) => string;
}) {
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t("When")}</th>
            {columns.map((column) => (
              <th key={column.key} scope="col">
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={x(row)}>
              <th scope="row">{x(row)}</th>
              {columns.map((column) => (
                <td key={column.key}>{number(Math.abs(Number(row[column.key] ?? 0)))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A date every week, fortnight or so: even steps, about five to nine of them. */
function evenly(rows: Point[], x: string): (string | number)[] {
  const step =
    rows.length <= 8 ? 1 : rows.length <= 35 ? 7 : rows.length <= 60 ? 8 : Math.ceil(rows.length / 7);
  return rows.filter((_, place) => place % step === 0).map((row) => row[x] ?? "");
}

/** Round figures around the values: the axis starts below the lowest when it may. */
function roundTicks(values: number[], zero?: boolean): number[] {
  const low = zero ? 0 : Math.min(...values);
  const high = Math.max(...values, low + 1);
  const raw = (high - low) / 3;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, ([1, 2, 2.5, 5, 10].find((each) => each * size >= raw) ?? 10) * size);
  const start = Math.max(0, zero ? 0 : Math.floor((low - step / 2) / step) * step);
  const ticks = [];
  for (let tickAt = start; tickAt < high + step; tickAt += step) ticks.push(tickAt);
  return ticks;
}

const Note = ({ children }: { children: React.ReactNode }) => (
  <div className="rounded-[6px] border bg-raised px-2 py-0.5 text-cap text-soft shadow-pop">{children}</div>
);

export type BarsProps = {
  label: string;
  height: number;
  /** One row a day: a key for the axis and a figure for each series; what goes below zero is negative. */
  rows: Point[];
  x: string;
  formatX: (value: string) => string;
  series: { key: string; label: string; tint: Tint }[];
  /** The sentence beside the bar under the pointer or the arrow keys. */
  note: (row: Point) => string;
};

/** Bars joined at a zero line, one place a day. */
export function Bars({ label, height, rows, x, formatX, series, note }: BarsProps) {
  return (
    <figure className="relative" aria-label={label}>
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart data={rows} stackOffset="sign" margin={{ top: 8, right: 0, bottom: 0, left: 0 }}>
          {grid}
          <XAxis
            dataKey={x}
            {...axis}
            tickFormatter={formatX}
            minTickGap={32}
            ticks={evenly(rows, x)}
            interval="preserveStart"
            tickMargin={10}
            height={28}
          />
          <YAxis {...axis} width={34} tickCount={6} allowDecimals={false} tickFormatter={figure} />
          <Tooltip
            cursor={false}
            isAnimationActive={false}
            content={({ active, payload }) =>
              active && payload?.[0] ? <Note>{note(payload[0].payload as Point)}</Note> : null
            }
          />
          <ReferenceLine y={0} stroke="var(--color-grey)" />
          {series.map((each, index) => (
            <Bar
              key={each.key}
              dataKey={each.key}
              stackId="day"
              maxBarSize={14}
              fill={tint(each.tint)}
              radius={[3, 3, 0, 0]}
              activeBar={index === 0 ? { fill: tint("accent") } : false}
              isAnimationActive={false}
            />
          ))}
        </ComposedChart>
      </ResponsiveContainer>
      <Figures label={label} rows={rows} columns={series} x={(row) => formatX(String(row[x]))} />
    </figure>
  );
}

export type AreaProps = {
  label: string;
  height: number;
  rows: Point[];
  x: string;
  y: string;
  name: string;
  formatX: (value: string) => string;
  tint?: Tint;
  /** An axis that starts at zero; otherwise it starts near the lowest value and the caller says so. */
  zero?: boolean;
};

/** One figure over time, filled. */
export function Trend({
  label,
  height,
  rows,
  x,
  y,
  name,
  formatX,
  tint: colour = "accent",
  zero,
}: AreaProps) {
  const id = `fill-${y}`;
  const ticks = roundTicks(
    rows.map((row) => Number(row[y])),
    zero,
  );
  return (
    <figure className="relative" aria-label={label}>
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart data={rows} margin={{ top: 8, right: 4, bottom: 0, left: 0 }}>
          <defs>
            <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" stopColor={tint(colour)} stopOpacity={0.22} />
              <stop offset="1" stopColor={tint(colour)} stopOpacity={0.02} />
            </linearGradient>
          </defs>
          {grid}
          <XAxis
            dataKey={x}
            {...axis}
            axisLine={{ stroke: "var(--color-line)" }}
            tickFormatter={formatX}
            minTickGap={32}
            ticks={evenly(rows, x)}
            interval="preserveStart"
            tickMargin={10}
            height={28}
          />
          <YAxis
            {...axis}
            width={40}
            ticks={ticks}
            domain={[ticks[0] ?? 0, ticks[ticks.length - 1] ?? 1]}
            tickFormatter={figure}
          />
          <Tooltip
            cursor={{ stroke: "var(--color-grey)", strokeDasharray: "3 3" }}
            isAnimationActive={false}
            content={({ active, payload }) =>
              active && payload?.[0] ? (
                <Note>
                  {formatX(String((payload[0].payload as Point)[x]))}:{" "}
                  {number(Number((payload[0].payload as Point)[y]))}
                </Note>
              ) : null
            }
          />
          <Area
            dataKey={y}
            stroke={tint(colour)}
            strokeWidth={2}
            fill={`url(#${id})`}
            type="monotone"
            isAnimationActive={false}
            activeDot={{ r: 3.5 }}
          />
        </ComposedChart>
      </ResponsiveContainer>
      <Figures
        label={label}
        rows={rows}
        columns={[{ key: y, label: name }]}
        x={(row) => formatX(String(row[x]))}
      />
    </figure>
  );
}

export type LinesProps = {
  label: string;
  height: number;
  rows: Point[];
  x: string;
  formatX: (value: string) => string;
  series: { key: string; label: string; tint: Tint; fill?: boolean }[];
  note: (row: Point) => React.ReactNode;
  bars?: boolean;
};

/** How far each label must move down so that no two stand closer than a line. Values share one scale. */
export function spread(values: number[], height: number): number[] {
  const most = Math.max(1, ...values);
  const wanted = values.map((value) => (1 - value / most) * height);
  const order = wanted.map((_, at) => at).sort((a, b) => (wanted[b] ?? 0) - (wanted[a] ?? 0) || b - a);
  const placed = [...wanted];
  let floor = height + 15;
  for (const at of order) {
    placed[at] = Math.min(wanted[at] ?? 0, floor - 15);
    floor = placed[at] ?? 0;
  }
  return placed.map((y, at) => y - (wanted[at] ?? 0));
}

/** Running totals that share one cursor, each with its value at the line's end. */
export function Lines({ label, height, rows, x, formatX, series, note, bars }: LinesProps) {
  const last = rows[rows.length - 1];
  const shifts = spread(
    series.map((each) => Number(last?.[each.key] ?? 0)),
    height - 48,
  );
  return (
    <figure className="relative" aria-label={label}>
      <ResponsiveContainer width="100%" height={height}>
        <ComposedChart data={rows} margin={{ top: 8, right: bars ? 4 : 96, bottom: 0, left: 0 }}>
          {grid}
          <XAxis
            dataKey={x}
            {...axis}
            tickFormatter={formatX}
            minTickGap={32}
            ticks={evenly(rows, x)}
            interval="preserveStart"
            tickMargin={10}
            height={28}
          />
          <YAxis {...axis} width={44} tickCount={5} allowDecimals={false} tickFormatter={number} />
          <Tooltip
            cursor={{ stroke: "var(--color-grey)", strokeDasharray: "3 3" }}
            isAnimationActive={false}
            content={({ active, payload }) =>
              active && payload?.[0] ? <Note>{note(payload[0].payload as Point)}</Note> : null
            }
          />
          {series.map((each) =>
            bars ? (
              <Bar
                key={each.key}
                dataKey={each.key}
                fill={tint(each.tint)}
                maxBarSize={10}
                radius={[2, 2, 0, 0]}
                isAnimationActive={false}
              />
            ) : (
              <Area
                key={each.key}
                dataKey={each.key}
                type="monotone"
                stroke={tint(each.tint)}
                strokeWidth={2}
                fill={tint(each.tint)}
                fillOpacity={each.fill ? 0.07 : 0}
                isAnimationActive={false}
                activeDot={{ r: 3.5 }}
              />
            ),
          )}
          {!bars &&
            last &&
            series.map((each, at) => (
              <ReferenceDot
                key={each.key}
                x={last[x]}
                y={Number(last[each.key])}
                r={3.5}
                fill={tint(each.tint)}
                stroke="var(--color-surface)"
                label={{
                  value: `${number(Number(last[each.key]))} ${each.label}`,
                  position: "right",
                  offset: 8,
                  dy: shifts[at],
                  fontSize: 12,
                  fontWeight: 600,
                  fill: tint(each.tint),
                }}
              />
            ))}
        </ComposedChart>
      </ResponsiveContainer>
      <Figures label={label} rows={rows} columns={series} x={(row) => formatX(String(row[x]))} />
    </figure>
  );
}

export type SparkProps = { label: string; height: number; values: number[]; tint: Tint };

/** The shape of a figure, without axes; the number stands beside it. */
export function Sparkline({ label, height, values, tint: colour }: SparkProps) {
  const rows = values.map((value, place) => ({ place, value }));
  return (
    <div role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height={height}>
        <LineChart data={rows} accessibilityLayer={false} margin={{ top: 4, right: 2, bottom: 4, left: 2 }}>
          <Line
            dataKey="value"
            type="linear"
            stroke={tint(colour)}
            strokeWidth={1.5}
            dot={false}
            isAnimationActive={false}
          />
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
