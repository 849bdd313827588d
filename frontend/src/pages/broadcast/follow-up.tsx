import { api } from "@/api";
import { useRefresh } from "@/data";
import { n, t } from "@/i18n";
import { FormDialog, useGo } from "@/ui/kit";
import type { Broadcast } from "../broadcasts/shapes";
import { subjectOf } from "../broadcasts/words";

type Props = { letter: Broadcast; people: number; onClose: () => void };

/** A copy of the letter for those who did not open it: first a new subject, then the editor. */
export function FollowUp({ letter, people, onClose }: Props) {
  const go = useGo();
  const refresh = useRefresh();
  const save = async ({ subject }: Record<string, string | boolean>) => {
    const made = await api.post<Broadcast>(`/broadcasts/${letter.id}/follow_up`, { subject });
    void refresh("/broadcasts", "/home");
    go(`/broadcasts/${made.id}/edit`);
  };
  return (
    <FormDialog
      open
      onClose={onClose}
      title={n("Write to the {count} who did not open", "Write to the {count} who did not open", people)}
      lead={t(
        "They saw “{subject}” and passed it by, so it needs another one. Who opens it meanwhile gets no second copy, and neither do people who left.",
        { subject: subjectOf(letter.subject) },
      )}
      fields={[{ name: "subject", label: t("New subject"), required: true }]}
      verb={t("Open the copy")}
      save={save}
    />
  );
}
