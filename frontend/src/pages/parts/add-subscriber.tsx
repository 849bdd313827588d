import { useState } from "react";
import { api } from "@/api";
import { createTag, useRefresh, useTags } from "@/data";
import { t } from "@/i18n";
import { FormDialog, TagPicker, toast, useGo } from "@/ui/kit";

type Made = { id: number; email: string };

/** Adds one person by hand; they are Confirmed at once, as the person who adds them vouches for it. */
export function AddSubscriber({ open, onClose }: { open: boolean; onClose: () => void }) {
  const tags = useTags();
  const refresh = useRefresh();
  const go = useGo();
  const [chosen, setChosen] = useState<number[]>([]);
  const save = async (values: Record<string, string | boolean>) => {
    const made = await api.post<Made>("/subscribers", { ...values, tags: chosen, fields: {} });
    setChosen([]);
    await refresh("/subscribers", "/home", "/growth", "/tags", "/session");
    toast(
      t("{email} is on your list.", { email: made.email }),
      () => go(`/subscribers/${made.id}`),
      t("Open"),
    );
  };
  return (
    <FormDialog
      title={t("Add a subscriber")}
      lead={t("Only add people who asked to hear from you. They get no confirmation email.")}
      open={open}
      onClose={onClose}
      verb={t("Add subscriber")}
      fields={[
        { name: "email", label: t("Email"), kind: "email", required: true },
        { name: "first_name", label: t("First name"), placeholder: t("How you greet them") },
      ]}
      save={save}
    >
      <TagPicker label={t("Tags")} tags={tags} value={chosen} onChange={setChosen} onCreate={createTag} />
    </FormDialog>
  );
}
