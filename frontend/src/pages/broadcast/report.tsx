import { Copy, Ellipsis, Eye, Send } from "lucide-react";
import { useGet, useMay, useSession } from "@/data";
import { clock, fullDay, t } from "@/i18n";
import { BackLink, Button, LinkButton, MenuButton, MenuItem, Page, TabLinks, useUrl } from "@/ui/kit";
import { useBroadcastActs } from "../broadcasts/acts";
import type { Broadcast, LinkRow, Report } from "../broadcasts/shapes";
import { subjectOf } from "../broadcasts/words";
import { EmailTab } from "./email";
import { LinksCard } from "./links";
import { Overview } from "./overview";
import { PeopleTab } from "./people";
import { Heading } from "./waiting";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

/** What became of a broadcast. */
export function ReportPage({ letter }: { letter: Broadcast }) {
  const may = useMay();
  const acts = useBroadcastActs();
  const [url] = useUrl<{ tab: string }>();
  const tab = url.tab ?? "overview";
  const to = `/broadcasts/${letter.id}`;
  const title = subjectOf(letter.subject);
  const report = useGet<Report>(`${to}/report`, undefined, { every: 5000 });
  const links = useGet<{ items: LinkRow[] }>(`${to}/links`);
  const { outlet } = useSession();
  const canSendReal = may.write && letter.rehearsed && outlet.kind === "smtp";
  const duplicate = may.write && (
    <Button
      icon={<Copy {...icon} />}
      busy={acts.duplicate.isPending}
      onPress={() => acts.duplicate.mutate(letter.id)}
    >
      {t("Duplicate")}
    </Button>
  );
  const primary = canSendReal && (
    <Button
      variant="primary"
      className="max-sm:h-11 max-sm:w-full"
      icon={<Send {...icon} />}
      onPress={() => acts.askReal(letter.id, letter.audience_count)}
    >
      {t("Send for real")}
    </Button>
  );
  return (
    <Page
      title={title}
      className={canSendReal ? "max-sm:pb-28" : undefined}
      back={
        <BackLink to="/broadcasts" search={{ tab: "sent" }}>
          {t("Broadcasts")}
        </BackLink>
      }
      heading={<Heading title={title} letter={letter} />}
      lead={report.data && leadText(report.data, letter)}
      actions={
        <>
          <LinkButton to={to} search={{ tab: "email" }} icon={<Eye {...icon} />}>
            {t("View email")}
          </LinkButton>
          {primary ? (
            <>
              <MenuButton label={t("More")} variant="plain" icon={<Ellipsis {...icon} />}>
                <MenuItem icon={<Copy {...icon} />} onAction={() => acts.duplicate.mutate(letter.id)}>
                  {t("Duplicate")}
                </MenuItem>
              </MenuButton>
              <span className="max-sm:hidden">{primary}</span>
            </>
          ) : (
            duplicate
          )}
        </>
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
      {tab === "links" && <LinksCard id={letter.id} />}
      {tab === "email" && <EmailTab id={letter.id} />}
      {primary && (
        <div className="fixed inset-x-0 bottom-0 z-20 border-t bg-surface px-4 pt-2.5 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:hidden">
          {primary}
        </div>
      )}
    </Page>
  );
}

function leadText(report: Report, letter: Broadcast): string {
  const started = report.started_at ?? letter.started_at;
  const to = t("To {audience}.", { audience: report.audience_text });
  if (!started) return to;
  const until = report.finished_at && clock(report.finished_at);
  const times =
    until && until !== clock(started)
      ? t("{day}, {from} to {until}.", {
          day: fullDay(started),
          from: clock(started),
          until,
        })
      : t("{day}, {from}.", { day: fullDay(started), from: clock(started) });
  return `${times} ${to}`;
}
