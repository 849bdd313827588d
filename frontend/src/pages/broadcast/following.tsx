import { t } from "@/i18n";
import { BackLink, Page, TabLinks, useUrl } from "@/ui/kit";
import { OnItsWay } from "../broadcasts/sending";
import type { Broadcast } from "../broadcasts/shapes";
import { subjectOf } from "../broadcasts/words";
import { EmailTab } from "./email";
import { Overview } from "./overview";
import { PeopleTab } from "./people";

/** A broadcast on its way: the live figures, and already who opened. */
export function Following({ letter }: { letter: Broadcast }) {
  const [url] = useUrl<{ tab: string }>();
  const to = `/broadcasts/${letter.id}`;
  const tab = url.tab ?? "now";
  return (
    <Page
      title={subjectOf(letter.subject)}
      lead={
        letter.state === "paused"
          ? t("Nothing of it leaves until you decide.")
          : t("Leave this page if you like: sending goes on.")
      }
      back={
        <BackLink to="/broadcasts" search={{ tab: "sending" }}>
          {t("Broadcasts")}
        </BackLink>
      }
    >
      <TabLinks
        label={t("Parts of the broadcast")}
        current={tab}
        tabs={[
          { id: "now", label: t("On its way"), to },
          { id: "results", label: t("Results so far"), to, search: { tab: "results" } },
          { id: "people", label: t("People"), to, search: { tab: "people" } },
          { id: "email", label: t("Email as sent"), to, search: { tab: "email" } },
        ]}
      />
      {tab === "now" && <OnItsWay id={letter.id} subject={letter.subject} to={letter.audience_text} bare />}
      {tab === "results" && <Overview id={letter.id} live />}
      {tab === "people" && <PeopleTab id={letter.id} />}
      {tab === "email" && <EmailTab id={letter.id} />}
    </Page>
  );
}
