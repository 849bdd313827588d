import { Bot, CircleHelp, Inbox, Mail, RotateCcw, UserMinus } from "lucide-react";
import { useGet, useMay } from "@/data";
import { moment, n, number, part, percent, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import {
  Button,
  Card,
  Columns,
  ErrorState,
  IconBox,
  LinesChart,
  Mark,
  Segmented,
  Skeleton,
  SkeletonRows,
  Stack,
  Stat,
  TextLink,
  useUrl,
} from "@/ui/kit";
import { useBroadcastActs } from "../broadcasts/acts";
import type { Point, Recipient, Report } from "../broadcasts/shapes";
import { Ledger } from "./ledger";
import { LinksCard } from "./links";

/** First the sum of where every email went, then what people did. */
export function Overview({ id, live }: { id: number; live?: boolean }) {
  const found = useGet<Report>(`/broadcasts/${id}/report`, undefined, { every: live ? 2000 : 5000 });
  if (found.error && !found.data)
    return <ErrorState problem={found.error} retry={() => void found.refetch()} />;
  const report = found.data;
  if (!report) return <SkeletonRows />;
  return (
    <Stack>
      <Ledger id={id} report={report} />
      <Columns stretch>
        <OpensAndClicks id={id} report={report} />
        <WhatNext id={id} report={report} live={live} />
        <LinksCard id={id} people={report.clicked_people} short />
        <Unsubscribed id={id} report={report} />
      </Columns>
    </Stack>
  );
}

function OpensAndClicks({ id, report }: { id: number; report: Report }) {
  const [url, setUrl] = useUrl<{ step: string }>();
  const step = url.step === "hour" ? "hour" : "total";
  const line = useGet<{ points: Point[] }>(`/broadcasts/${id}/timeline`, { step }, { every: 10_000 });
  const { delivered } = report.ledger;
  const rate = (value: number) => (
    <span className="ms-1 text-ui font-normal text-muted">{percent(value, delivered)}</span>
  );
  return (
    <Card
      title={t("Opens and clicks")}
      note={t("first 72 hours")}
      aside={
        <Segmented
          label={t("Opens and clicks")}
          value={step}
          onChange={(next) => setUrl({ step: next === "total" ? undefined : next })}
          segments={[
            { id: "total", label: t("In total") },
            { id: "hour", label: t("Per hour") },
          ]}
        />
      }
    >
      <div className="grid grid-cols-2 gap-3 px-4 pt-3 sm:grid-cols-4">
        <Stat
          label={
            <>
              <Mark kind="opened" size={12} bare /> {t("Opened by people")}
            </>
          }
          value={
            <>
              {number(report.opened_people)} {rate(report.opened_people)}
            </>
          }
          note={report.rehearsed ? t("of rehearsed") : t("of delivered")}
        />
        <Stat
          label={
            <>
              <Mark kind="clicked" size={12} bare /> {t("Clicked")}
            </>
          }
          value={
            <>
              {number(report.clicked_people)} {rate(report.clicked_people)}
            </>
          }
          note={n("{count} click", "{count} clicks", report.clicks)}
        />
        <Stat
          label={
            <>
              <Mark kind="delivered" size={12} bare /> {t("No sign of opening")}
            </>
          }
          value={
            <>
              {number(report.no_sign)} {rate(report.no_sign)}
            </>
          }
          note={t("no picture loaded")}
        />
        <Stat
          label={
            <>
              <Bot size={13} aria-hidden /> {t("Machine only")}
            </>
          }
          value={
            <>
              {number(report.machine_only)} {rate(report.machine_only)}
            </>
          }
          note={t("not counted as opened")}
        />
      </div>
      <div className="relative px-4 pt-3 pb-3">
        {line.data ? (
          <Chart points={line.data.points} bars={step === "hour"} />
        ) : (
          <Skeleton className="h-47 w-full" />
        )}
      </div>
    </Card>
  );
}

const hour = (at: string): string =>
  part(at, { weekday: "short", hour: "numeric", minute: "2-digit", hour12: false });

function Chart({ points, bars }: { points: Point[]; bars: boolean }) {
  if (points.length === 0 || points.every((each) => !each.people && !each.machines && !each.clicked)) {
    return (
      <p className="grid h-47 place-items-center text-muted">
        {t("No sign yet. The first opens usually come within minutes.")}
      </p>
    );
  }
  return (
    <LinesChart
      label={bars ? t("Opens and clicks per hour") : t("Opens and clicks in total")}
      height={188}
      rows={points}
      x="at"
      formatX={hour}
      bars={bars}
      series={[
        { key: "people", label: t("People"), tint: "info", fill: true },
        { key: "machines", label: t("Machines"), tint: "grey" },
        { key: "clicked", label: t("Clicked"), tint: "info-mid" },
      ]}
      note={(row) => (
        <>
          <b className="block font-medium">{hour(String(row.at))}</b>
          {t("{people} people, {machines} machines, {clicked} clicked", {
            people: Number(row.people),
            machines: Number(row.machines),
            clicked: Number(row.clicked),
          })}
        </>
      )}
    />
  );
}

function WhatNext({ id, report, live }: { id: number; report: Report; live?: boolean }) {
  const may = useMay();
  const acts = useBroadcastActs();
  const { ledger } = report;
  const people = (state: string) => ({ to: `/broadcasts/${id}`, search: { tab: "people", state } });
  const quiet = report.no_sign + report.machine_only;
  const again = (which: "refused" | "uncertain", verb: string) =>
    may.write && (
      <Button
        size="s"
        className="mt-2"
        busy={acts.again.isPending}
        onPress={() => acts.again.mutate({ id, which })}
      >
        {verb}
      </Button>
    );
  return (
    <Card title={may.write && !live ? t("What you can do next") : t("What it means")}>
      <ul className="mt-1 divide-y">
        {report.rehearsed && (
          <Row icon={<Inbox size={15} aria-hidden />} tone="plum" title={t("This was a rehearsal")}>
            {t(
              "Every copy is in the test inbox and nothing left this machine. Totals of the account leave it out.",
            )}{" "}
            <TextLink to="/inbox">{t("Open the test inbox")}</TextLink>
          </Row>
        )}
        {ledger.refused > 0 && (
          <Row
            icon={<RotateCcw size={15} aria-hidden />}
            tone="bad"
            title={n("Resend to the {count} refused", "Resend to the {count} refused", ledger.refused)}
            act={again("refused", n("Resend to {count} person", "Resend to {count} people", ledger.refused))}
          >
            {t("Their servers took nothing, so nobody gets it twice.")}{" "}
            <TextLink {...people("refused")}>{t("See who and why")}</TextLink>
          </Row>
        )}
        {ledger.uncertain > 0 && (
          <Row
            icon={<CircleHelp size={15} aria-hidden />}
            tone="grey"
            title={n("{count} may have it or not", "{count} may have it or not", ledger.uncertain)}
            act={again(
              "uncertain",
              n("Resend to {count} person", "Resend to {count} people", ledger.uncertain),
            )}
          >
            {t(
              "The line broke before their server answered. A second copy has the same number, so most mail programs show one.",
            )}{" "}
            <TextLink {...people("uncertain")}>{t("See them")}</TextLink>
          </Row>
        )}
        <Row
          icon={<Mail size={15} aria-hidden />}
          tone="info"
          title={
            may.write && !live
              ? t("Send to those who did not open")
              : n("{count} did not open it", "{count} did not open it", quiet)
          }
        >
          {t("{quiet} without a sign and {machines} opened by a machine only.", {
            quiet: report.no_sign,
            machines: report.machine_only,
          })}{" "}
          {may.write && !live && t("You write a new subject first.")}{" "}
          <TextLink {...people("no_sign")}>{t("See them")}</TextLink>
        </Row>
        {report.machine_only > 0 && (
          <Row
            icon={<Bot size={15} aria-hidden />}
            tone="grey"
            title={n(
              "{count} machine open, left out",
              "{count} machine opens, left out",
              report.machine_only,
            )}
          >
            {t("Mail programs and scanners load pictures by themselves. Only people count as opened.")}
          </Row>
        )}
        {ledger.bounced > 0 && (
          <Row
            icon={<UserMinus size={15} aria-hidden />}
            tone="warn"
            title={n("{count} address does not work", "{count} addresses do not work", ledger.bounced)}
          >
            {t("They get no more mail, so that your good name is kept.")}{" "}
            <TextLink {...people("bounced")}>{t("See them")}</TextLink>
          </Row>
        )}
      </ul>
    </Card>
  );
}

type RowProps = {
  icon: React.ReactNode;
  tone: "plum" | "bad" | "warn" | "info" | "grey";
  title: string;
  act?: React.ReactNode;
  children: React.ReactNode;
};

const Row = ({ icon, tone, title, act, children }: RowProps) => (
  <li className="flex gap-3 px-4 py-3">
    <IconBox tone={tone}>{icon}</IconBox>
    <div className="min-w-0">
      <p className="font-medium">{title}</p>
      <p className="text-cap text-muted">{children}</p>
      {act}
    </div>
  </li>
);

function Unsubscribed({ id, report }: { id: number; report: Report }) {
  const left = useGet<PageOf<Recipient>>(
    `/broadcasts/${id}/people`,
    { state: "unsubscribed", per_page: 4 },
    { enabled: report.unsubscribed > 0 },
  );
  return (
    <Card
      title={t("Unsubscribed")}
      note={t("{count}, or {share}", {
        count: report.unsubscribed,
        share: percent(report.unsubscribed, report.ledger.delivered, 2),
      })}
      aside={
        report.unsubscribed > 0 && (
          <TextLink to={`/broadcasts/${id}`} search={{ tab: "people", state: "unsubscribed" }}>
            {t("See all")}
          </TextLink>
        )
      }
    >
      <p className="px-4 pt-2 pb-3 text-cap text-muted">
        {report.unsubscribed
          ? t("They left by the link in this letter and get no more mail.")
          : t("Nobody left because of this letter.")}
      </p>
      {report.unsubscribed > 0 && (
        <ul className="divide-y border-t">
          {(left.data?.items ?? []).map((person) => (
            <li key={person.subscriber_id} className="flex items-center justify-between gap-3 px-4 py-2">
              <TextLink to={`/subscribers/${person.subscriber_id}`} className="truncate text-ink!">
                {person.name || person.email}
              </TextLink>
              <span className="shrink-0 text-cap text-muted">{moment(person.at)}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
