import { Check } from "lucide-react";
import { number, part, t } from "@/i18n";
import { Badge, type Tone } from "@/ui/kit";
import type { Words } from "./shapes";

export const subjectOf = (subject: string): string => subject || t("No subject yet");

/** Whole mails a second; below ten one decimal says more. */
export const shortRate = (rate: number): string =>
  number(rate >= 10 ? Math.round(rate) : Math.round(rate * 10) / 10);

/** A time of today to the second. */
export const second = (when: string): string =>
  part(when, { hour: "numeric", minute: "2-digit", second: "2-digit", hour12: false });

/** What each state is called; a held letter says that somebody must decide. */
const words = (): Record<string, string> => ({
  draft: t("Draft"),
  scheduled: t("Scheduled"),
  expanding: t("Queued"),
  queued: t("Queued"),
  sending: t("Sending"),
  paused: t("Paused"),
  testing: t("Testing"),
  completed: t("Sent"),
  aborted: t("Stopped"),
});
const tones: Record<string, Tone> = {
  scheduled: "info",
  sending: "info",
  paused: "warn",
  completed: "ok",
  aborted: "bad",
};

export function StateOf({ of, rehearsed }: { of: Words; rehearsed?: boolean }) {
  if (of.held) return <Badge tone="warn">{t("Held")}</Badge>;
  const word = words()[of.state] ?? of.label;
  return (
    <span className="inline-flex gap-1.5">
      <Badge
        tone={tones[of.state] ?? "grey"}
        dot={of.state === "sending"}
        icon={of.state === "completed" && <Check size={12} strokeWidth={2.5} aria-hidden />}
      >
        {word}
      </Badge>
      {rehearsed && <Rehearsed />}
    </span>
  );
}

export const Rehearsed = () => <Badge tone="plum">{t("Rehearsed")}</Badge>;

/** Why a letter is held, and what one can do. */
export function reasonText(reason: string): string {
  const all: Record<string, string> = {
    hand: t("Paused. Nothing is lost: when you go on, nobody gets it twice."),
    duplicate: t("It is word for word the same as another one, to the same people, so it is held."),
    restored: t("Postroom was restored from a backup. Go on only if these people have not had it yet."),
    missed: t("Its time passed while Postroom was not running. Send it now, or choose a new time."),
    no_outlet: t("The mail server it left by is not set any more. Set one under Settings, Sending."),
    disk: t("The disk is nearly full. Make room, then go on."),
    unready: t(
      "It was changed after it was scheduled and is not ready. Open it: what is missing is named there.",
    ),
    guard: t("Too many were refused or complained. Look at what the servers said before going on."),
  };
  return all[reason] ?? t("It waits for you.");
}
