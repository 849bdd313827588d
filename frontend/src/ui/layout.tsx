import { type ReactNode, useEffect } from "react";
import { css } from "./css";

type PageProps = {
  /** Shown in the browser's tab. */
  title: string;
  /** The heading, when it is more than the title. */
  heading?: ReactNode;
  lead?: ReactNode;
  /** Buttons at the end of the title line; the one primary button last. */
  actions?: ReactNode;
  /** A way back, above the title. */
  back?: ReactNode;
  children: ReactNode;
  className?: string;
};

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Postroom`;
  }, [title]);
}

/** Every screen that is not full-bleed stands in one of these. */
export function Page({ title, heading, lead, actions, back, children, className }: PageProps) {
  useTitle(title);
  return (
    <div className={css("mx-auto w-full max-w-7xl px-4 pt-4 pb-10 lg:px-8 lg:pt-6.5", className)}>
      {back}
      <header className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3 lg:mb-5">
        <div className="min-w-0 max-sm:grow">
          {heading ?? <h1 className="wrap-anywhere">{title}</h1>}
          {lead && <p className="mt-1 text-body text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2 sm:gap-3">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

type ColumnsProps = {
  children: ReactNode;
  className?: string /** Cards of one row end at one height. */;
  stretch?: boolean;
};

/** Main column (746 at 1440) and side column (362). */
export function Columns({ children, className, stretch }: ColumnsProps) {
  return (
    <div
      className={css(
        "grid gap-x-5 gap-y-4 xl:grid-cols-[minmax(0,1fr)_22.625rem]",
        stretch ? "" : "items-start",
        className,
      )}
    >
      {children}
    </div>
  );
}

export const Stack = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className={css("flex min-w-0 flex-col gap-4", className)}>{children}</div>
);

type CardProps = {
  title?: ReactNode;
  /** Quiet words beside the title: "last 30 days". */
  note?: ReactNode;
  /** At the end of the title line. */
  aside?: ReactNode;
  /** Padded content; off for tables and lists that run to the edges. */
  padded?: boolean;
  className?: string;
  label?: string;
  children?: ReactNode;
};

export function Card({ title, note, aside, padded, className, label, children }: CardProps) {
  return (
    <section className={css("card", className)} aria-label={label}>
      {(title || aside) && (
        <header className="flex min-h-5 flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pt-3.25">
          <h2>
            {title}
            {note && <small className="ms-1.5 text-ui font-normal tracking-normal text-muted">{note}</small>}
          </h2>
          {aside}
        </header>
      )}
      {padded ? <div className="p-4 pt-3">{children}</div> : children}
    </section>
  );
}

type StatProps = {
  label: ReactNode;
  value: ReactNode;
  note?: ReactNode;
  /** Leaves the note out on phones. */
  terse?: boolean;
  className?: string;
};

export function Stat({ label, value, note, terse, className }: StatProps) {
  return (
    <div className={css("min-w-0", className)}>
      <div className="flex items-center gap-1.5 text-cap text-muted">{label}</div>
      <div className="text-num font-semibold tabular-nums">{value}</div>
      {note && (
        <div className={css("text-cap text-muted tabular-nums", terse && "max-sm:hidden")}>{note}</div>
      )}
    </div>
  );
}

/** Figures side by side in one card, a hairline between them. */
export function StatRow({ children }: { children: ReactNode }) {
  return (
    <section className="card mb-4 grid auto-cols-fr grid-cols-2 overflow-hidden sm:grid-flow-col sm:grid-cols-none [&>*]:-ms-px [&>*]:-mt-px [&>*]:border-s [&>*]:border-t [&>*]:px-4 [&>*]:py-3">
      {children}
    </section>
  );
}

/** A term and what it is. */
export function Pair({ term, children }: { term: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-h-6.75 grid-cols-[7rem_minmax(0,1fr)] items-center gap-x-2 py-0.5">
      <dt className="text-muted">{term}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  );
}

export const Line = ({ className }: { className?: string }) => (
  <hr className={css("border-0 border-t", className)} />
);

/** Words for screen readers only. */
export const Unseen = ({ children }: { children: ReactNode }) => <span className="sr-only">{children}</span>;

/** A coloured remark inside a page. */
export function Remark({
  tone,
  icon,
  children,
}: {
  tone: "warn" | "grey" | "bad" | "ok" | "info";
  icon?: ReactNode;
  children: ReactNode;
}) {
  const look = {
    warn: "bg-warn-soft text-warn",
    grey: "bg-sunken text-soft",
    bad: "bg-danger-soft text-danger",
    ok: "bg-accent-soft text-accent",
    info: "bg-info-soft text-info",
  }[tone];
  return (
    <div className={css("flex items-start gap-3 rounded-control px-3 py-2.75", look)}>
      {icon && <span className="mt-0.5 shrink-0">{icon}</span>}
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}

/** A wide table in a narrow window: scrolls sideways by itself, also by keys. */
export function Scroller({
  label,
  children,
  className,
}: {
  label: string;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
      tabIndex={0}
      className={css("relative overflow-x-auto -outline-offset-2", className)}
    >
      {children}
    </section>
  );
}
