import { lazy, Suspense } from "react";
import type { AreaProps, BarsProps, LinesProps, SparkProps } from "./charts";
import { Skeleton } from "./states";

/** Charts come after first paint; until then a grey block of the same size stands in. */
const Bars = lazy(() => import("./charts").then((charts) => ({ default: charts.Bars })));
const Area = lazy(() => import("./charts").then((charts) => ({ default: charts.Trend })));
const Lines = lazy(() => import("./charts").then((charts) => ({ default: charts.Lines })));
const Spark = lazy(() => import("./charts").then((charts) => ({ default: charts.Sparkline })));

const Hold = ({ height }: { height: number }) => (
  <div style={{ height }}>
    <Skeleton className="h-full w-full" />
  </div>
);

export const BarsChart = (props: BarsProps) => (
  <Suspense fallback={<Hold height={props.height} />}>
    <Bars {...props} />
  </Suspense>
);
export const AreaChart = (props: AreaProps) => (
  <Suspense fallback={<Hold height={props.height} />}>
    <Area {...props} />
  </Suspense>
);
export const LinesChart = (props: LinesProps) => (
  <Suspense fallback={<Hold height={props.height} />}>
    <Lines {...props} />
  </Suspense>
);
export const SparkChart = (props: SparkProps) => (
  <Suspense fallback={<Hold height={props.height} />}>
    <Spark {...props} />
  </Suspense>
);
