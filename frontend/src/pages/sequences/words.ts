import { moment, n, t } from "@/i18n";
import type { EmailRow, Place, Sequence, Standing } from "./shapes";

export const subjectOf = (subject: string): string => subject || t("No subject yet");

/** "At once", "2 days after the one before"; the first counts from when somebody is added. */
export function delayOf(email: Pick<EmailRow, "delay_value" | "delay_unit" | "position">): string {
  const { delay_value: value, delay_unit: unit, position } = email;
  const first = position === 1;
  if (value === 0) return first ? t("At once") : t("Right after the one before");
  if (unit === "hours") {
    return first
      ? n("{count} hour after somebody is added", "{count} hours after somebody is added", value)
      : n("{count} hour after the one before", "{count} hours after the one before", value);
  }
  return first
    ? n("{count} day after somebody is added", "{count} days after somebody is added", value)
    : n("{count} day after the one before", "{count} days after the one before", value);
}

export const placeWords = (): Record<Place, string> => ({
  on_way: t("On the way"),
  at_end: t("At the end"),
  waits: t("Waiting"),
  completed: t("Completed"),
  stopped: t("Left"),
});

/** Where a person stands, in a sentence. */
export function standsAt(person: Standing, sequence: Sequence): string {
  const next = sequence.items.find((email) => email.id === person.next_email_id);
  const subject = next && subjectOf(next.subject);
  switch (person.place) {
    case "on_way":
      return person.due_at
        ? t("Gets “{subject}” {when}", { subject: subject ?? "", when: moment(person.due_at) })
        : t("Gets “{subject}” next", { subject: subject ?? "" });
    case "waits":
      if (person.state === "inactive") return t("Has not confirmed yet; begins when they do");
      return t("Waits for “{subject}” until the sequence is switched on", { subject: subject ?? "" });
    case "at_end":
      return person.last_email_id
        ? t("Had the last email; gets what you add")
        : t("Waits for the first email to be published");
    case "completed":
      return person.completed_at
        ? t("Completed {when}", { when: moment(person.completed_at) })
        : t("Completed");
    default:
      return t("Gets nothing more");
  }
}
