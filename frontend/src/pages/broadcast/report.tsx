import { Copy, Download, Ellipsis, Eye, Send } from "lucide-react";
import { api } from "@/api";
import { useGet, useMay, useSession } from "@/data";
import { clock, fullDay, n, t } from "@/i18n";
import { BackLink, Button, LinkButton, MenuButton, MenuItem, Page, TabLinks, useUrl } from "@/ui/kit";
import { useBroadcastActs } from "../broadcasts/acts";
import type { Broadcast, LinkRow, Report } from "../broadcasts/shapes";
import { subjectOf } from "../broadcasts/words";
import { EmailTab } from "./email";
import { FollowUp } from "./follow-up";
import { LinksCard } from "./links";
import { Overview } from "./overview";
import { PeopleTab } from "./people";
import { Heading } from "./waiting";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

/** What became of a broadcast. */
export function ReportPage({ letter }: { letter: Broadcast }) {
  const may = useMay();
  const acts = useBroadcastActs();
  const [url, setUrl] = useUrl<{ tab: string; open: string }>();
  const tab = url.tab ?? "overview";
  const to = `/broadcasts/${letter.id}`;
  const title = subjectOf(letter.subject);
  const report = useGet<Report>(`${to}/report`, undefined, { every: 5000 });
  const links = useGet<{ items: LinkRow[] }>(`${to}/links`);
  const { outlet } = useSession();
  const canSendReal = may.write && letter.rehearsed && outlet.kind === "smtp";
  const quiet = report.data ? report.data.no_sign + report.data.machine_only : 0;
  const canFollowUp = may.write && !canSendReal && quiet > 0;
  const primary = canSendReal ? (
    <Primary onPress={() => acts.askReal(letter.id, letter.audience_count)}>{t("Send for real")}</Primary>
  ) : canFollowUp ? (
    <Primary onPress={() => setUrl({ open: "follow-up" })}>
      {n("Send to the {count} who did not open", "Send to {count} who did not open", quiet)}
    </Primary>
  ) : null;
  const more = (
    <MenuButton label={t("More")} variant="plain" icon={<Ellipsis {...icon} />}>
      {may.write && (
        <MenuItem icon={<Copy {...icon} />} onAction={() => acts.duplicate.mutate(letter.id)}>
          {t("Duplicate")}
        </MenuItem>
      )}
      <MenuItem icon={<Download {...icon} />} onAction={() => location.assign(api.url(`${to}/ledger.csv`))}>
        {t("Export ledger")}
      </MenuItem>
    </MenuButton>
  );
  const times = report.data ? timesText(report.data, letter) : "";
  return (
    <Page
      title={title}
      className={primary ? "max-sm:pb-28" : undefined}
      back={
        <div className="flex items-center justify-between max-sm:mb-2">
          <BackLink to="/broadcasts" search={{ tab: "sent" }}>
            {t("Broadcasts")}
          </BackLink>
          <span className="sm:hidden">{more}</span>
        </div>
      }
      heading={<Heading title={title} letter={letter} when={times} />}
      lead={
        report.data && (
          <>
            <span className="max-sm:hidden">{times && `${times}. `}</span>
            {t("To {audience}.", { audience: report.data.audience_text })}
          </>
        )
      }
      actions={
        <div className="flex flex-wrap items-center gap-2 max-sm:hidden">
          <LinkButton to={to} search={{ tab: "email" }} icon={<Eye {...icon} />}>
            {t("View email")}
          </LinkButton>
          {more}
          {primary}
        </div>
      }
    >
      <TabLinks
        label={t("Parts of the report")}
        current={tab}
        tabs={[
          { id: "overview", label: t("Overview"), to },
          {
            id: "people",
            label: t("People"),
            count: report.data?.ledger.planned,
            to,
            search: { tab: "people" },
          },
          { id: "links", label: t("Links"), count: links.data?.items.length, to, search: { tab: "links" } },
          { id: "email", label: t("Email as sent"), to, search: { tab: "email" } },
        ]}
      />
      {tab === "overview" && <Overview id={letter.id} />}
      {tab === "people" && <PeopleTab id={letter.id} />}
      {tab === "links" && <LinksCard id={letter.id} people={report.data?.clicked_people} />}
      {tab === "email" && <EmailTab id={letter.id} />}
      {primary && (
        <div className="fixed inset-x-0 bottom-0 z-20 border-t bg-surface px-4 pt-2.5 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:hidden">
          {primary}
        </div>
      )}
      {url.open === "follow-up" && (
        <FollowUp letter={letter} people={quiet} onClose={() => setUrl({ open: undefined })} />
      )}
    </Page>
  );
}

const Primary = ({ onPress, children }: { onPress: () => void; children: string }) => (
  <Button variant="primary" className="max-sm:h-11 max-sm:w-full" icon={<Send {...icon} />} onPress={onPress}>
    {children}
  </Button>
);

function timesText(report: Report, letter: Broadcast): string {
  const started = report.started_at ?? letter.started_at;
  if (!started) return "";
  const until = report.finished_at && clock(report.finished_at);
  return until && until !== clock(started)
    ? t("{day}, {from} to {until}", { day: fullDay(started), from: clock(started), until })
    : t("{day}, {from}", { day: fullDay(started), from: clock(started) });
}
