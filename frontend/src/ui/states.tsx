import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Label, ProgressBar } from "react-aria-components";
import { ApiError, sentence } from "../api";
import { t } from "../i18n";
import { Button, LinkButton } from "./button";
import { css } from "./css";

type EmptyProps = {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** It stands for a whole page, so its title is the page's. */
  page?: boolean;
};

/** Teaches one next step. */
export function EmptyState({ icon, title, children, action, page }: EmptyProps) {
  const Title = page ? "h1" : "p";
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-6 py-14 text-center">
      {icon && (
        <span className="mb-3 grid size-10 place-items-center rounded-card bg-sunken text-soft">{icon}</span>
      )}
      <Title className="font-serif text-heading font-medium">{title}</Title>
      {children && <div className="mt-1 text-muted">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

type ErrorProps = {
  problem: unknown;
  retry?: () => void;
  /** It stands for a whole page, so its title is the page's. */
  page?: boolean;
};

export function ErrorState({ problem, retry, page }: ErrorProps) {
  // The address of a page names one thing; trying again does not bring it back, its list may.
  const gone = page && problem instanceof ApiError && (problem.status === 404 || problem.status === 422);
  if (gone) return <Gone />;
  const Title = page ? "h1" : "p";
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center px-6 py-14 text-center">
      <span className="mb-3 grid size-10 place-items-center rounded-card bg-danger-soft text-danger">
        <CircleAlert size={20} aria-hidden />
      </span>
      <Title className="font-serif text-heading font-medium">{t("This could not be loaded")}</Title>
      <p className="mt-1 text-muted">{sentence(problem)}</p>
      {retry && (
        <Button className="mt-4" onPress={retry}>
          {t("Try again")}
        </Button>
      )}
    </div>
  );
}

function Gone() {
  const [, list] = location.pathname.match(/^\/app\/([a-z]+)\//) ?? [];
  return (
    <EmptyState
      page
      icon={<CircleAlert size={20} aria-hidden />}
      title={t("There is nothing at this address")}
      action={
        <LinkButton to={list ? `/${list}` : "/"}>{list ? t("Go to the list") : t("Go home")}</LinkButton>
      }
    >
      {t("It may have been deleted, belong to another account, or the address was cut short.")}
    </EmptyState>
  );
}

/** A grey stand-in of the same size while something loads. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span className={css("pulse-soft block rounded-control bg-hover", className ?? "h-4 w-full")} aria-hidden />
);

export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label={t("Loading")} className="divide-y">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className="flex h-12.25 items-center gap-3 px-4">
          <Skeleton className="size-7 rounded-chip!" />
          <Skeleton className="h-3 w-44" />
          <Skeleton className="ms-auto h-3 w-24" />
        </div>
      ))}
    </div>
  );
}

/** A whole page while its data comes. */
export const PageSkeleton = () => (
  <div
    role="status"
    aria-label={t("Loading")}
    className="mx-auto w-full max-w-7xl px-4 pt-4 lg:px-8 lg:pt-6.5"
  >
    <Skeleton className="mb-2 h-8 w-60" />
    <Skeleton className="mb-6 h-4 w-80" />
    <Skeleton className="h-64 w-full rounded-card!" />
  </div>
);

type ProgressProps = { label: string; value?: number; max?: number; note?: ReactNode };

export function Progress({ label, value, max = 100, note }: ProgressProps) {
  return (
    <ProgressBar value={value ?? 0} maxValue={max} isIndeterminate={value === undefined}>
      {({ percentage }) => (
        <>
          <div className="mb-2 flex justify-between gap-4">
            <Label className="font-medium">{label}</Label>
            <span className="text-muted tabular-nums">{note}</span>
          </div>
          <div className="h-2 overflow-hidden rounded-chip bg-hover">
            <div
              className={css(
                "h-full rounded-chip bg-accent transition-[width]",
                value === undefined && "pulse-soft w-full!",
              )}
              style={{ width: `${percentage ?? 0}%` }}
            />
          </div>
        </>
      )}
    </ProgressBar>
  );
}

export type Part = {
  id: string;
  label: string;
  value: number;
  tone: "accent" | "info" | "yellow" | "danger" | "grey" | "pale" | "none";
};

const fills = {
  accent: "bg-accent",
  info: "bg-info",
  yellow: "bg-yellow",
  danger: "bg-danger",
  grey: "bg-grey",
  pale: "bg-grey/50",
  none: "bg-transparent",
};

/** Parts of a whole in one bar; the figures beside it say the same in words. */
export function StackBar({
  label,
  parts,
  size = "m",
}: {
  label: string;
  parts: Part[];
  size?: "s" | "m" | "l";
}) {
  return (
    <div
      role="img"
      aria-label={label}
      className={css(
        "flex gap-0.5 overflow-hidden rounded-chip bg-hover",
        { s: "h-1.5", m: "h-2", l: "h-2.5" }[size],
      )}
    >
      {parts
        .filter((part) => part.value > 0)
        .map((part) => (
          <span
            key={part.id}
            className={css("block min-w-1", fills[part.tone])}
            style={{ flex: `${part.value} 1 0` }}
          />
        ))}
    </div>
  );
}

/** A single share as a thin bar. */
export function ShareBar({
  share,
  tone = "info",
  className,
}: {
  share: number;
  tone?: "info" | "accent" | "plum";
  className?: string;
}) {
  const fill = { info: "bg-info", accent: "bg-accent", plum: "bg-plum" }[tone];
  return (
    <span
      className={css("block h-1.5 overflow-hidden rounded-chip bg-hover", className ?? "w-18")}
      aria-hidden
    >
      <span
        className={css("block h-full rounded-chip", fill)}
        style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }}
      />
    </span>
  );
}
