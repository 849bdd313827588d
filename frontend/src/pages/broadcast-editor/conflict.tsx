import { useState } from "react";
import { api } from "@/api";
import { t } from "@/i18n";
import { Button, Dialog, toastProblem } from "@/ui/kit";
import type { Broadcast } from "../broadcasts/shapes";

type Mine = Pick<Broadcast, "subject" | "preview_text" | "audience" | "body">;
type Props = { onMine: () => Promise<void>; onCopy: () => Promise<Mine>; onClose: () => void };

/** The letter was saved in another window meanwhile: nothing is lost, the person decides. */
export function Conflict({ onMine, onCopy, onClose }: Props) {
  const [busy, setBusy] = useState("");
  const run = async (what: string, act: () => Promise<unknown>) => {
    setBusy(what);
    try {
      await act();
    } catch (problem) {
      toastProblem(problem);
    }
    setBusy("");
  };
  const keepBoth = async () => {
    const mine = await onCopy();
    const made = await api.post<Broadcast>("/broadcasts", { subject: mine.subject });
    await api.patch(`/broadcasts/${made.id}`, { ...mine, revision: made.revision });
    location.assign(`/app/broadcasts/${made.id}/edit`);
  };
  return (
    <Dialog
      title={t("This letter was changed somewhere else")}
      lead={t(
        "Another window or another person saved it after you opened it. What you wrote here is still here.",
      )}
      open
      onClose={onClose}
      footer={
        <>
          <Button busy={busy === "theirs"} onPress={() => location.reload()}>
            {t("Take theirs")}
          </Button>
          <Button busy={busy === "both"} onPress={() => void run("both", keepBoth)}>
            {t("Keep mine as a copy")}
          </Button>
          <Button variant="primary" busy={busy === "mine"} onPress={() => void run("mine", onMine)}>
            {t("Keep mine")}
          </Button>
        </>
      }
    />
  );
}
