import { t } from "@/i18n";
import { type Part, StackBar } from "@/ui/kit";
import type { Terms } from "./shapes";

/** Where the emails of a send are, as one bar. */
export function BigBar({ now }: { now: Terms }) {
  const parts: Part[] = [
    { id: "delivered", label: t("Delivered"), value: now.delivered, tone: "accent" },
    { id: "bounced", label: t("Bounced"), value: now.bounced, tone: "yellow" },
    { id: "refused", label: t("Refused"), value: now.refused, tone: "danger" },
    { id: "uncertain", label: t("Uncertain"), value: now.uncertain, tone: "grey" },
    { id: "deferred", label: t("Try later"), value: now.deferred, tone: "yellow" },
    { id: "excluded", label: t("Excluded"), value: now.excluded + now.cancelled, tone: "pale" },
    { id: "open", label: t("Still to go"), value: now.open, tone: "none" },
  ];
  return (
    <div className="mt-3.5 mb-3">
      <StackBar
        label={t("Where the emails are; the figures beside it say the same")}
        parts={parts}
        size="l"
      />
    </div>
  );
}
