import { t } from "@/i18n";
import { Badge, type Tone } from "@/ui/kit";
import type { DeliveryRow, EventName, Webhook } from "./shapes";

/** What an event is about: one of these is chosen with it. */
export type About = "form" | "sequence" | "tag" | "link" | "product" | null;

export type EventWords = { id: EventName; label: string; about: About };

export const events = (): EventWords[] => [
  { id: "subscriber_activate", label: t("Somebody becomes an active subscriber"), about: null },
  { id: "subscriber_unsubscribe", label: t("Somebody unsubscribes"), about: null },
  { id: "subscriber_bounce", label: t("An address turns out not to exist"), about: null },
  { id: "subscriber_complain", label: t("Somebody calls a letter spam"), about: null },
  { id: "form_subscribe", label: t("Somebody joins a form"), about: "form" },
  { id: "tag_add", label: t("Somebody gets a tag"), about: "tag" },
  { id: "tag_remove", label: t("Somebody loses a tag"), about: "tag" },
  { id: "course_subscribe", label: t("Somebody begins a sequence"), about: "sequence" },
  { id: "course_complete", label: t("Somebody completes a sequence"), about: "sequence" },
  { id: "link_click", label: t("Somebody clicks a link"), about: "link" },
  { id: "product_purchase", label: t("Somebody buys a product"), about: "product" },
  { id: "purchase_create", label: t("A purchase is recorded"), about: null },
];

/** Event and what it is about: “Somebody gets a tag: News”. */
export function eventText(hook: Webhook): string {
  const found = events().find((event) => event.id === hook.event);
  const label = found?.label ?? hook.event;
  const about =
    hook.initiator_value ?? hook.param_name ?? (hook.param_id === null ? "" : `#${hook.param_id}`);
  return about ? t("{event}: {about}", { event: label, about }) : label;
}

export function HookBadge({ hook }: { hook: Webhook }) {
  if (hook.status === "paused") return <Badge tone="warn">{t("Paused")}</Badge>;
  if (hook.status === "gone") return <Badge>{t("Ended")}</Badge>;
  if (hook.failing_since) return <Badge tone="bad">{t("Failing")}</Badge>;
  return <Badge tone="ok">{t("On")}</Badge>;
}

const looks = (): Record<DeliveryRow["state"], [Tone, string]> => ({
  waiting: ["info", t("Waits")],
  held: ["warn", t("Held")],
  delivered: ["ok", t("Delivered")],
  failed: ["bad", t("Failed")],
  gone: ["grey", t("Ended")],
});

export function DeliveryBadge({ state }: { state: DeliveryRow["state"] }) {
  const [tone, word] = looks()[state];
  return <Badge tone={tone}>{word}</Badge>;
}

/** What came back, in a few words. */
export function answerText(delivery: DeliveryRow): string {
  const { last } = delivery;
  if (!last) return t("Not tried yet");
  if (last.status === null) return last.error;
  return t("{status} in {ms} ms", { status: last.status, ms: last.duration_ms });
}
