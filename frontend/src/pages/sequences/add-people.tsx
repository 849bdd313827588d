import { useState } from "react";
import { api, sentence } from "@/api";
import { useRefresh } from "@/data";
import { n, t } from "@/i18n";
import { Button, Dialog, TextField, toast } from "@/ui/kit";
import type { Sequence } from "./shapes";

/** People by their addresses; who is not known becomes a subscriber. */
export function AddPeople({ sequence, onClose }: { sequence: Sequence; onClose: () => void }) {
  const refresh = useRefresh();
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const emails = [...new Set(typed.split(/[\s,;]+/).filter(Boolean))];
  const first = sequence.items.find((email) => email.published);
  const add = async () => {
    setBusy(true);
    setProblem("");
    try {
      const done = await api.post<{ added: number; created: number }>(`/sequences/${sequence.id}/people`, {
        emails,
      });
      await refresh("/sequences", "/subscribers", "/session", "/home");
      toast(n("{count} person is in.", "{count} people are in.", done.added));
      onClose();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("Add people")}
      lead={
        !sequence.active
          ? t("They wait until the sequence is switched on.")
          : !first
            ? t("They wait for the first email to be published.")
            : first.delay_value === 0
              ? t("They get “{subject}” at once.", { subject: first.subject })
              : t("“{subject}” is the first email they get.", { subject: first.subject })
      }
      open
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("Cancel")}</Button>
          <Button variant="primary" busy={busy} isDisabled={!emails.length} onPress={() => void add()}>
            {n("Add {count} person", "Add {count} people", Math.max(1, emails.length))}
          </Button>
        </>
      }
    >
      <TextField
        label={t("Addresses")}
        value={typed}
        onChange={setTyped}
        rows={4}
        autoFocus
        help={t(
          "One a line, or with commas. Who is not known becomes a subscriber: add only people who agreed.",
        )}
      />
      {problem && (
        <p role="alert" className="mt-2 text-danger">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
