import { Copy, Eye, Mail, Pause, Play, UserCheck } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useGet, useMay } from "@/data";
import { clock, moment, n, number, percent, t } from "@/i18n";
import {
  Button,
  Card,
  Columns,
  Dot,
  EmptyState,
  ErrorState,
  IconBox,
  LinkButton,
  Remark,
  SkeletonRows,
  Stack,
  Stat,
  TextLink,
} from "@/ui/kit";
import { NewBroadcast } from "../parts/new-broadcast";
import { useBroadcastActs } from "./acts";
import { BigBar } from "./bar";
import type { BroadcastRow, Progress, Queue } from "./shapes";
import { endOf, lastSite, Sites, Speed } from "./sites";
import { reasonText, StateOf, second, shortRate, subjectOf } from "./words";

type Listing = { data?: { items: BroadcastRow[] }; error: unknown; refetch: () => unknown };

/** The tab of what is on its way: the one that goes out now, and what waits behind it. */
export function Sending({ list }: { list: Listing }) {
  const may = useMay();
  const [kept, setKept] = useState<number>();
  const found = list.data?.items ?? [];
  // The one on top stays there while it is on its way: buttons must not change their letter under a hand.
  const main =
    found.find((row) => row.id === kept) ??
    found.find((row) => row.state === "sending") ??
    found.find((row) => !row.held) ??
    found[0];
  if (main && main.id !== kept) setKept(main.id);
  if (list.error && !list.data) return <ErrorState problem={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <SkeletonRows />;
  const rows = list.data.items;
  if (!main) {
    return (
      <section className="card">
        <EmptyState
          icon={<Mail size={20} aria-hidden />}
          title={t("Nothing is on its way")}
          action={may.write && <NewBroadcast label={t("Write a letter")} />}
        >
          {t("When you send a letter, you can follow it here.")}
        </EmptyState>
      </section>
    );
  }
  return (
    <OnItsWay
      key={main.id}
      id={main.id}
      subject={main.subject}
      to={main.audience_text}
      others={rows.filter((row) => row.id !== main.id)}
    />
  );
}

type Props = { id: number; subject: string; to: string; others?: BroadcastRow[]; bare?: boolean };

/** One broadcast on its way, asked about every two seconds; figures change in place. */
export function OnItsWay({ id, subject, to, others = [], bare }: Props) {
  const progress = useGet<Progress>(`/broadcasts/${id}/progress`, undefined, { every: 2000 });
  const queue = useGet<Queue>(`/broadcasts/${id}/queue`, undefined, { every: 4000 }).data;
  if (progress.error && !progress.data) {
    return <ErrorState problem={progress.error} retry={() => void progress.refetch()} />;
  }
  const now = progress.data;
  if (!now) return <SkeletonRows />;
  const behind = others.length ? others : bare ? [] : now.waiting;
  return (
    <Stack>
      <Front id={id} subject={subject} to={to} now={now} queue={queue} bare={bare} />
      <Columns>
        <Stack>
          <Sites queue={queue} rehearsed={now.rehearsed} />
          <Log now={now} />
        </Stack>
        <Stack>
          <Speed queue={queue} />
          {behind.length > 0 && (
            <Card title={t("Waiting behind it")}>
              <ul className="mt-1 divide-y">
                {behind.map((each, index) => (
                  <Behind key={each.id} place={index + 2} row={each} />
                ))}
              </ul>
            </Card>
          )}
          <NeverWaits />
        </Stack>
      </Columns>
    </Stack>
  );
}

type FrontProps = Omit<Props, "others"> & { now: Progress; queue?: Queue };

function Front({ id, subject, to, now, queue, bare }: FrontProps) {
  const left = now.open + now.deferred;
  return (
    <section className="card px-4 py-3.75" aria-label={subjectOf(subject)}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          {!bare && (
            <h2 className="font-serif text-heading font-medium tracking-tight">{subjectOf(subject)}</h2>
          )}
          <StateOf of={now} rehearsed={now.rehearsed} />
          <span className="text-muted">{t("to {audience}", { audience: to })}</span>
        </div>
        <FrontActs id={id} subject={subject} now={now} left={left} bare={bare} />
      </div>
      {now.pause_reason && (
        <div className="mt-3">
          <Remark tone="warn">{reasonText(now.pause_reason)}</Remark>
        </div>
      )}
      <BigBar now={now} />
      <Figures now={now} queue={queue} />
    </section>
  );
}

type ActsProps = { id: number; subject: string; now: Progress; left: number; bare?: boolean };

function FrontActs({ id, subject, now, left, bare }: ActsProps) {
  const may = useMay();
  const acts = useBroadcastActs();
  return (
    <div className="flex flex-wrap gap-2">
      {!bare && (
        <LinkButton
          to={`/broadcasts/${id}`}
          search={{ tab: "email" }}
          icon={<Eye size={16} strokeWidth={1.75} aria-hidden />}
        >
          {t("View email")}
        </LinkButton>
      )}
      {may.write && now.pause_reason === "duplicate" ? (
        <>
          <Button onPress={() => acts.remove.mutate(id)}>{t("Delete this copy")}</Button>
          <Button onPress={() => acts.anyway.mutate(id)}>{t("Send anyway")}</Button>
        </>
      ) : may.write && now.state === "paused" ? (
        <Button
          icon={<Play size={16} aria-hidden />}
          busy={acts.resume.isPending}
          onPress={() => acts.resume.mutate(id)}
        >
          {t("Resume")}
        </Button>
      ) : (
        may.write && (
          <Button
            icon={<Pause size={16} aria-hidden />}
            busy={acts.pause.isPending}
            onPress={() => acts.pause.mutate(id)}
          >
            {t("Pause")}
          </Button>
        )
      )}
      {may.write && now.pause_reason !== "duplicate" && (
        <Button variant="danger" onPress={() => acts.askCancel(id, subjectOf(subject), left)}>
          {t("Cancel the rest")}
        </Button>
      )}
    </div>
  );
}

function Figures({ now, queue }: { now: Progress; queue?: Queue }) {
  const end = endOf(queue, now);
  const rest: [number, string, ReactNode][] = [
    [now.deferred, t("Try later"), t("servers asked to wait")],
    [now.bounced, t("Bounced"), t("the address does not take mail")],
    [now.refused, t("Refused"), t("their server said no")],
    [now.uncertain, t("Uncertain"), t("no clear answer")],
    [now.excluded, t("Excluded"), t("left meanwhile")],
    [now.cancelled, t("Cancelled"), t("you stopped them")],
  ];
  const have = now.rehearsed ? t("Rehearsed") : t("Have it now");
  return (
    <div className="grid grid-cols-2 gap-x-8 gap-y-3 sm:flex sm:flex-wrap sm:justify-between" aria-live="off">
      <Stat
        label={have}
        value={number(now.delivered)}
        note={t("{share} of {planned}", {
          share: percent(now.delivered, now.planned, 0),
          planned: now.planned,
        })}
      />
      {rest
        .filter(([value]) => value > 0)
        .map(([value, label, note]) => (
          <Stat key={label} label={label} value={number(value)} note={note} />
        ))}
      <Stat label={t("Still to go")} value={number(now.open)} note={t("nobody is skipped")} />
      <Stat
        label={t("Speed")}
        value={t("{rate} a second", { rate: shortRate(now.rate_per_s) })}
        note={t("{rate} at its best", { rate: shortRate(now.best_rate_per_s) })}
      />
      <Stat
        label={t("Done about")}
        value={end ? clock(end) : "–"}
        note={lastSite(queue, now) ?? doneNote(now)}
      />
    </div>
  );
}

function doneNote(now: Progress): string {
  if (now.state === "paused") return t("stands still");
  if (!now.done_at)
    return now.position > 1 ? t("place {place} in the queue", { place: now.position }) : t("counting");
  return t("at the present speed");
}

const levels = { ok: "ok", info: "ok", warn: "warn", bad: "bad", alarm: "bad", error: "bad" } as const;

function Log({ now }: { now: Progress }) {
  return (
    <Card title={t("What the servers said")}>
      <ul className="mt-1 divide-y">
        {now.log.length === 0 && (
          <li className="px-4 py-2.75 text-muted">
            {now.rehearsed
              ? t("The test inbox takes everything; no other server is asked.")
              : t("No complaints so far: every server takes the mail as it comes.")}
          </li>
        )}
        {now.log.map((line) => (
          <li key={`${line.at}${line.text}`} className="flex items-start gap-3 px-4 py-2.5">
            <time className="shrink-0 text-cap leading-5 text-muted tabular-nums" dateTime={line.at}>
              {second(line.at)}
            </time>
            <span className="flex h-5 items-center">
              <Dot tone={levels[line.level as keyof typeof levels] ?? "grey"} />
            </span>
            <span className="min-w-0 flex-1 wrap-anywhere text-soft">
              “{line.text}”{line.count > 1 && ` ${n("{count} time", "{count} times", line.count)}`}
            </span>
            {line.code !== null && (
              <code className="font-mono text-cap leading-5 text-muted">{line.code}</code>
            )}
          </li>
        ))}
        {now.started_at && now.planned > 0 && (
          <li className="flex items-start gap-3 px-4 py-2.75">
            <time className="shrink-0 text-cap leading-5 text-muted tabular-nums" dateTime={now.started_at}>
              {second(now.started_at)}
            </time>
            <span className="flex h-5 items-center">
              <Dot tone="ok" />
            </span>
            <span className="min-w-0 flex-1 text-soft">
              <b className="font-medium text-ink">{t("Started")}</b>{" "}
              {n(
                "{count} person counted, then frozen. Changes to tags no longer change this send",
                "{count} people counted, then frozen. Changes to tags no longer change this send",
                now.planned,
              )}
            </span>
          </li>
        )}
      </ul>
    </Card>
  );
}

function Behind({ row, place }: { row: Progress["waiting"][number]; place: number }) {
  const may = useMay();
  const acts = useBroadcastActs();
  return (
    <li className="flex gap-3 px-4 py-3">
      <span className="grid size-7 shrink-0 place-items-center rounded-control bg-sunken font-semibold text-soft">
        {row.held ? <Copy size={14} aria-hidden /> : number(place)}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex items-center justify-between gap-2">
          <TextLink to={`/broadcasts/${row.id}`} className="truncate text-ink!">
            {subjectOf(row.subject)}
          </TextLink>
          <StateOf of={row} />
        </div>
        <p className="text-cap text-muted">
          {row.pause_reason
            ? reasonText(row.pause_reason)
            : `${row.audience_text}${row.send_at ? `, ${moment(row.send_at)}` : ""}`}
        </p>
        {may.write && row.pause_reason === "duplicate" && (
          <div className="mt-2 flex gap-2">
            <Button size="s" onPress={() => acts.remove.mutate(row.id)}>
              {t("Delete this copy")}
            </Button>
            <Button size="s" variant="quiet" onPress={() => acts.anyway.mutate(row.id)}>
              {t("Send anyway")}
            </Button>
          </div>
        )}
        {may.write && row.state === "paused" && row.pause_reason !== "duplicate" && (
          <Button size="s" className="mt-2" onPress={() => acts.resume.mutate(row.id)}>
            {t("Resume")}
          </Button>
        )}
      </div>
    </li>
  );
}

function NeverWaits() {
  return (
    <Card title={t("Never waits")}>
      <ul className="mt-1 divide-y">
        <li className="flex gap-3 px-4 py-3">
          <IconBox tone="ok">
            <UserCheck size={15} strokeWidth={1.75} aria-hidden />
          </IconBox>
          <div>
            <p className="font-medium">{t("Confirmations go first")}</p>
            <p className="text-cap text-muted">{t("Someone who joins now does not wait for this letter.")}</p>
          </div>
        </li>
        <li className="flex gap-3 px-4 py-3">
          <IconBox>
            <Pause size={15} strokeWidth={1.75} aria-hidden />
          </IconBox>
          <div>
            <p className="font-medium">{t("Pause stops within 2 seconds")}</p>
            <p className="text-cap text-muted">{t("When you go on, nobody gets it twice.")}</p>
          </div>
        </li>
      </ul>
    </Card>
  );
}
