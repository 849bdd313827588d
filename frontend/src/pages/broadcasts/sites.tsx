import { clock, n, t } from "@/i18n";
import { AreaChart, Card, css, Dot, Scroller, Skeleton, SkeletonRows, StackBar } from "@/ui/kit";
import type { Progress, Queue, Site } from "./shapes";
import { second, shortRate } from "./words";

type Tone = "ok" | "warn" | "bad" | "grey";

/** What a site's last answer means, in words; red only when somebody must act. */
function answer(site: Site, rehearsed: boolean): [Tone, string] {
  const { said, refused, delivered, deferred, open } = site;
  switch (said) {
    case "slower":
      return ["warn", t("Asks for a slower pace. These are tried again by themselves")];
    case "later":
      return ["warn", t("Asks to be tried again later. That happens by itself")];
    case "full":
      return ["warn", t("Some mailboxes are full")];
    case "trouble":
      return ["warn", t("Their server is in trouble")];
    case "expired":
      return ["warn", t("Did not answer in time, so some were given up")];
    case "no_address":
      return ["ok", n("{count} address does not exist", "{count} addresses do not exist", refused)];
    case "filters":
      return ["ok", n("{count} refused by their filters", "{count} refused by their filters", refused)];
    case "refused":
      return ["ok", n("{count} refused without a reason", "{count} refused without a reason", refused)];
    case "identity":
      return ["bad", t("Refuses it: SPF, DKIM or DMARC is missing for your domain")];
    case "blocked":
      return ["bad", t("Refuses it: your mail server has a bad name there")];
  }
  if (!delivered && !deferred && !refused) return ["grey", t("Its turn has not come yet")];
  if (!open && !deferred) return ["ok", t("Done")];
  return ["ok", rehearsed ? t("Goes into the test inbox") : t("Takes everything as it comes")];
}

const tones: Record<Tone, string> = {
  ok: "text-muted",
  grey: "text-muted",
  warn: "text-warn",
  bad: "text-danger",
};
const head = "h-7.5 border-b px-2 text-cap font-medium whitespace-nowrap text-muted first:ps-4 last:pe-4";
const cell = "h-13.5 border-t px-2 first:ps-4 last:pe-4";

/** Each receiving site: how far it is, how fast, what it said. */
export function Sites({ queue, rehearsed }: { queue?: Queue; rehearsed: boolean }) {
  return (
    <Card
      title={t("Where it goes")}
      note={t("the slowest site decides the end")}
      aside={
        queue?.counted_at && (
          <span className="text-cap text-muted tabular-nums max-sm:hidden">
            {t("counted at {time}", { time: clock(queue.counted_at) })}
          </span>
        )
      }
    >
      {!queue ? (
        <SkeletonRows rows={3} />
      ) : queue.sites.length === 0 ? (
        <p className="px-4 pt-2 pb-4 text-muted">{t("The people are being counted.")}</p>
      ) : (
        <Scroller label={t("Where it goes")} className="rounded-b-card">
          <table className="w-full border-collapse text-start">
            <thead>
              <tr>
                <th scope="col" className={css(head, "text-start")}>
                  {t("Receiving site")}
                </th>
                <th scope="col" className={css(head, "text-start")}>
                  {rehearsed ? t("Rehearsed") : t("Delivered")}
                </th>
                <th scope="col" className={css(head, "text-end max-sm:hidden")}>
                  {t("A second")}
                </th>
                <th scope="col" className={css(head, "text-end max-sm:hidden")}>
                  {t("Done about")}
                </th>
              </tr>
            </thead>
            <tbody>
              {queue.sites.map((site) => (
                <SiteRow key={site.site} site={site} rehearsed={rehearsed} />
              ))}
            </tbody>
          </table>
        </Scroller>
      )}
    </Card>
  );
}

export const siteName = (site: Site): string =>
  site.site || n("{count} smaller site", "{count} smaller sites", site.sites);

function SiteRow({ site, rehearsed }: { site: Site; rehearsed: boolean }) {
  const [tone, words] = answer(site, rehearsed);
  return (
    <tr>
      <td className={cell}>
        <span className="flex items-center gap-2">
          <Dot tone={tone} />
          <span className="font-medium">{siteName(site)}</span>
          <span className="text-cap text-muted max-sm:hidden">{site.name}</span>
        </span>
        <span className={css("mt-px block ps-4 text-cap", tones[tone])}>{words}</span>
      </td>
      <td className={css(cell, "w-38 sm:w-44")}>
        <span className="block w-30 sm:w-37.5">
          <StackBar
            size="s"
            label={t("{done} of {planned}", { done: site.delivered, planned: site.planned })}
            parts={[
              { id: "delivered", label: t("Delivered"), value: site.delivered, tone: "accent" },
              { id: "deferred", label: t("Try later"), value: site.deferred, tone: "yellow" },
              { id: "refused", label: t("Refused"), value: site.refused, tone: "danger" },
              { id: "open", label: t("Still to go"), value: rest(site), tone: "none" },
            ]}
          />
        </span>
        <span className="mt-1 block text-cap text-muted tabular-nums">
          {site.deferred
            ? t("{done} of {planned}, {later} try later", {
                done: site.delivered,
                planned: site.planned,
                later: site.deferred,
              })
            : t("{done} of {planned}", { done: site.delivered, planned: site.planned })}
        </span>
      </td>
      <td className={css(cell, "text-end font-medium tabular-nums max-sm:hidden")}>
        {shortRate(site.rate_per_s)}
      </td>
      <td className={css(cell, "text-end text-soft tabular-nums max-sm:hidden")}>
        {site.done_at ? clock(site.done_at) : "–"}
      </td>
    </tr>
  );
}

const rest = (site: Site): number => site.planned - site.delivered - site.deferred - site.refused;

/** Emails a second since the start. */
export function Speed({ queue }: { queue?: Queue }) {
  return (
    <Card title={t("Speed")} note={t("emails a second")}>
      <div className="px-4 pt-2 pb-2">
        {!queue ? (
          <Skeleton className="h-28 w-full" />
        ) : queue.speed.length < 2 ? (
          <p className="grid h-28 place-items-center text-muted">{t("The first figures come in seconds.")}</p>
        ) : (
          <AreaChart
            label={t("Emails a second since the start")}
            height={112}
            rows={queue.speed}
            x="at"
            y="rate_per_s"
            name={t("Emails a second")}
            formatX={isShort(queue) ? second : clock}
            zero
          />
        )}
      </div>
    </Card>
  );
}

/** Under ten minutes the axis needs seconds, or each of its marks says the same. */
const isShort = ({ speed }: Queue): boolean =>
  Date.parse(speed.at(-1)?.at ?? "") - Date.parse(speed[0]?.at ?? "") < 600_000;

/** Who is last, for the line under the estimate: "most by 8:12, outlook.com last". */
export function lastSite(queue: Queue | undefined, now: Progress): string | undefined {
  const timed = (queue?.sites ?? []).filter((site) => site.done_at);
  const byEnd = timed.sort((a, b) => (a.done_at ?? "").localeCompare(b.done_at ?? ""));
  const last = byEnd.at(-1);
  const before = byEnd.at(-2);
  if (!last?.done_at || !before?.done_at || now.state !== "sending") return undefined;
  if (clock(last.done_at) === clock(before.done_at)) return undefined;
  return t("most by {time}, {site} last", { time: clock(before.done_at), site: siteName(last) });
}

/** The later of both estimates: the whole ends when its slowest site does. */
export function endOf(queue: Queue | undefined, now: Progress): string | null {
  if (!now.done_at) return null;
  const ends = [now.done_at, ...(queue?.sites ?? []).map((site) => site.done_at ?? "")];
  return ends.sort().at(-1) ?? null;
}
