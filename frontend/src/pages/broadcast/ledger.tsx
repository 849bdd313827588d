import { Scale, TriangleAlert } from "lucide-react";
import { Fragment } from "react";
import { api } from "@/api";
import { number, percent, t } from "@/i18n";
import { A, Card, css, type Part, StackBar, TextLink } from "@/ui/kit";
import type { Report } from "../broadcasts/shapes";

const squares: Record<Part["tone"], string> = {
  accent: "bg-accent",
  info: "bg-info",
  yellow: "bg-yellow",
  danger: "bg-danger",
  grey: "bg-grey",
  pale: "bg-grey/50",
  none: "bg-hover",
};
type Term = Part & { note: string; state: string };

function termsOf({ ledger, rehearsed }: Report): Term[] {
  const share = t("{share} of planned", { share: percent(ledger.delivered, ledger.planned) });
  const all: (Term & { always?: boolean })[] = [
    {
      id: "delivered",
      state: "delivered",
      label: rehearsed ? t("Rehearsed") : t("Delivered"),
      value: ledger.delivered,
      tone: "accent",
      note: share,
      always: true,
    },
    {
      id: "bounced",
      state: "bounced",
      label: t("Bounced"),
      value: ledger.bounced,
      tone: "yellow",
      note: t("the address does not work"),
      always: true,
    },
    {
      id: "refused",
      state: "refused",
      label: t("Refused"),
      value: ledger.refused,
      tone: "danger",
      note: ledger.refused_text || t("their servers said no"),
      always: true,
    },
    {
      id: "uncertain",
      state: "uncertain",
      label: t("Uncertain"),
      value: ledger.uncertain,
      tone: "grey",
      note: ledger.uncertain ? t("no clear answer came") : t("every answer was clear"),
      always: true,
    },
    {
      id: "excluded",
      state: "excluded",
      label: t("Excluded"),
      value: ledger.excluded,
      tone: "pale",
      note: ledger.excluded_text || t("left meanwhile"),
      always: true,
    },
    {
      id: "cancelled",
      state: "cancelled",
      label: t("Cancelled"),
      value: ledger.cancelled,
      tone: "pale",
      note: t("you stopped the rest"),
    },
    {
      id: "deferred",
      state: "deferred",
      label: t("Try later"),
      value: ledger.deferred,
      tone: "yellow",
      note: t("servers asked to wait"),
    },
    {
      id: "open",
      state: "open",
      label: t("Still to go"),
      value: ledger.open,
      tone: "none",
      note: t("nobody is skipped"),
    },
  ];
  return all
    .filter((term) => term.always || term.value > 0)
    .map((term) =>
      term.value ? term : { ...term, note: term.id === "uncertain" ? term.note : t("nobody") },
    );
}

/** Where every email went: a sum that balances, each term a way to the people behind it. */
export function Ledger({ id, report }: { id: number; report: Report }) {
  const terms = termsOf(report);
  const { ledger } = report;
  const sum = terms.reduce((total, term) => total + term.value, 0);
  const good = ledger.balances && sum === ledger.planned;
  const people = (state?: string) => ({ to: `/broadcasts/${id}`, search: { tab: "people", state } });
  return (
    <Card
      title={t("Where every email went")}
      aside={
        <span className="flex items-center gap-4">
          {good ? (
            <span className="flex items-center gap-1.5 text-cap font-medium text-accent tabular-nums max-sm:hidden">
              <Scale size={14} aria-hidden />
              {t("Balances: {sum} = {planned}", {
                sum: terms.map((term) => number(term.value)).join(" + "),
                planned: ledger.planned,
              })}
            </span>
          ) : (
            <span className="flex items-center gap-1.5 text-cap font-medium text-danger" role="alert">
              <TriangleAlert size={14} aria-hidden />
              {t("Does not balance: {count} emails are not accounted for", {
                count: Math.abs(ledger.planned - sum),
              })}
            </span>
          )}
          <TextLink out download to={api.url(`/broadcasts/${id}/ledger.csv`)} className="max-sm:hidden">
            {t("Export ledger")}
          </TextLink>
        </span>
      }
    >
      <div className="px-4 pt-3.5 pb-3.5">
        <StackBar label={t("Shares of the planned emails")} parts={terms} />
        <div className="mt-3 flex flex-col sm:flex-row sm:flex-wrap sm:items-start sm:justify-between sm:gap-x-3 sm:gap-y-3">
          <Cell
            label={t("Planned")}
            value={ledger.planned}
            note={t("counted at the start")}
            link={people()}
          />
          {terms.map((term, index) => (
            <Fragment key={term.id}>
              <span aria-hidden className="pt-4 text-heading text-muted max-sm:hidden">
                {index ? "+" : "="}
              </span>
              <Cell
                label={term.label}
                value={term.value}
                note={term.note}
                square={squares[term.tone]}
                link={people(term.state)}
              />
            </Fragment>
          ))}
        </div>
      </div>
    </Card>
  );
}

type CellProps = {
  label: string;
  value: number;
  note: string;
  square?: string;
  link: { to: string; search: Record<string, string | undefined> };
};

const Cell = ({ label, value, note, square, link }: CellProps) => (
  <A
    {...link}
    className="group min-w-0 rounded-control max-sm:flex max-sm:min-h-9 max-sm:items-center max-sm:gap-2 sm:max-w-44"
  >
    <span className="flex items-center gap-1.5 text-cap text-muted max-sm:text-ui max-sm:font-medium max-sm:text-ink">
      {square && <span className={css("size-2.25 shrink-0 rounded-xs", square)} />}
      {label}
    </span>
    <span className="block text-num font-semibold tabular-nums group-hover:underline max-sm:order-last max-sm:ms-auto max-sm:text-ui">
      {number(value)}
    </span>
    <span className="block truncate text-cap text-muted tabular-nums sm:whitespace-normal">{note}</span>
  </A>
);
