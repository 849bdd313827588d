import { Check, CircleAlert, LoaderCircle } from "lucide-react";
import { sentence } from "../api";
import { t } from "../i18n";
import type { Saved } from "./autosave";
import { TextButton } from "./button";

/** "Saved just now", in the bar of an editor. */
export function SaveState({ saved, onRetry, after }: { saved: Saved; onRetry: () => void; after?: string }) {
  if (saved.state === "failed") {
    return (
      <span
        role="alert"
        className="flex items-center gap-1 text-cap text-danger"
        title={sentence(saved.problem)}
      >
        <CircleAlert size={12} className="shrink-0" aria-hidden />
        <span className="truncate">{sentence(saved.problem)}</span>
        <TextButton className="shrink-0 text-cap whitespace-nowrap" onPress={onRetry}>
          {t("Save again")}
        </TextButton>
      </span>
    );
  }
  const busy = saved.state !== "saved";
  return (
    <span role="status" className="flex items-center gap-1 text-cap text-muted">
      {busy ? (
        <LoaderCircle size={12} className="animate-spin" aria-hidden />
      ) : (
        <Check size={12} aria-hidden />
      )}
      <span className="truncate">
        {busy ? t("Saving…") : t("Saved just now")}
        {after && `, ${after}`}
      </span>
    </span>
  );
}
