import { CalendarX, Pencil, Trash2 } from "lucide-react";
import { useMay } from "@/data";
import { n, t } from "@/i18n";
import { BackLink, Button, Card, LinkButton, Page, Pair, Remark, useGo } from "@/ui/kit";
import { scheduledWords } from "../broadcast-editor/review";
import { useBroadcastActs } from "../broadcasts/acts";
import type { Broadcast } from "../broadcasts/shapes";
import { reasonText, StateOf, subjectOf } from "../broadcasts/words";
import { EmailTab } from "./email";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

/** Scheduled, or held before anybody was counted: what will happen, and how to stop it. */
export function Waiting({ letter }: { letter: Broadcast }) {
  const may = useMay();
  const go = useGo();
  const acts = useBroadcastActs();
  const scheduled = letter.state === "scheduled";
  const title = subjectOf(letter.subject);
  const actions = may.write && (
    <>
      <Button
        variant="danger"
        icon={<Trash2 {...icon} />}
        onPress={() => acts.askDelete(letter.id, title, () => go("/broadcasts"))}
      >
        {letter.pause_reason === "duplicate" ? t("Delete this copy") : t("Delete")}
      </Button>
      {letter.pause_reason === "duplicate" && (
        <Button onPress={() => acts.anyway.mutate(letter.id)}>{t("Send anyway")}</Button>
      )}
      {scheduled && (
        <Button icon={<CalendarX {...icon} />} onPress={() => acts.unschedule.mutate(letter.id)}>
          {t("Unschedule")}
        </Button>
      )}
      {letter.state === "paused" && letter.pause_reason !== "duplicate" && (
        <Button onPress={() => acts.resume.mutate(letter.id)}>{t("Send it now")}</Button>
      )}
      {(scheduled || letter.held_before_expansion) && (
        <LinkButton variant="primary" to={`/broadcasts/${letter.id}/edit`} icon={<Pencil {...icon} />}>
          {t("Edit")}
        </LinkButton>
      )}
    </>
  );
  return (
    <Page
      title={title}
      back={
        <BackLink to="/broadcasts" search={{ tab: scheduled ? "scheduled" : "sending" }}>
          {t("Broadcasts")}
        </BackLink>
      }
      heading={<Heading title={title} letter={letter} />}
      actions={actions}
    >
      {letter.pause_reason && (
        <div className="mb-4">
          <Remark tone="warn">{reasonText(letter.pause_reason)}</Remark>
        </div>
      )}
      <Card title={t("What will happen")} padded className="mb-4">
        <dl>
          <Pair term={t("Leaves")}>
            {letter.held
              ? t("When you say so")
              : letter.send_at
                ? `${scheduledWords(letter.send_at)} (${letter.send_zone})`
                : t("As soon as its turn comes")}
          </Pair>
          <Pair term={t("To")}>
            {letter.audience_text},{" "}
            {n(
              "{count} person now, counted again when it leaves",
              "{count} people now, counted again when it leaves",
              letter.audience_count,
            )}
          </Pair>
          <Pair term={t("From")}>
            {[letter.from_name, letter.from_email && `<${letter.from_email}>`].filter(Boolean).join(" ")}
          </Pair>
        </dl>
      </Card>
      <EmailTab id={letter.id} />
    </Page>
  );
}

/** Title and state; on phones the state stands above, with what else is known (`when`). */
export const Heading = ({ title, letter, when }: { title: string; letter: Broadcast; when?: string }) => (
  <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 max-sm:flex-col-reverse max-sm:items-start">
    <h1 className="wrap-anywhere">{title}</h1>
    <span className="flex flex-wrap items-center gap-2.5">
      <StateOf of={letter} rehearsed={letter.rehearsed} />
      {when && <span className="text-muted sm:hidden">{when}</span>}
    </span>
  </div>
);
