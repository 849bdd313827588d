import { useState } from "react";
import { api, sentence } from "@/api";
import { createTag, useRefresh, useTags } from "@/data";
import { n, t } from "@/i18n";
import type { Profile } from "@/types";
import { Button, Dialog, FormDialog, Remark, TagPicker, toast } from "@/ui/kit";

type Props = { person: Profile; open: boolean; onClose: () => void };

export function AddTagDialog({ person, open, onClose }: Props) {
  const tags = useTags();
  const refresh = useRefresh();
  const [chosen, setChosen] = useState<number[]>([]);
  const [problem, setProblem] = useState("");
  const has = new Set(person.tags.map((tag) => tag.id));
  const save = async () => {
    try {
      await api.post(`/subscribers/${person.id}/tags`, { ids: chosen });
      await refresh("/subscribers", "/tags");
      toast(n("One tag added.", "{count} tags added.", chosen.length));
      setChosen([]);
      setProblem("");
      onClose();
    } catch (error) {
      setProblem(sentence(error));
    }
  };
  return (
    <Dialog
      title={t("Add tags")}
      open={open}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("Cancel")}</Button>
          <Button variant="primary" isDisabled={chosen.length === 0} onPress={() => void save()}>
            {n("Add {count} tag", "Add {count} tags", chosen.length)}
          </Button>
        </>
      }
    >
      {problem && (
        <div role="alert" className="mb-3">
          <Remark tone="bad">{problem}</Remark>
        </div>
      )}
      <TagPicker
        label={t("Tags")}
        tags={tags.filter((tag) => !has.has(tag.id))}
        value={chosen}
        onChange={setChosen}
        onCreate={createTag}
        help={t("Type a new name to make a tag.")}
      />
    </Dialog>
  );
}

const prefix = "field-";

export function EditPerson({ person, open, onClose }: Props) {
  const refresh = useRefresh();
  const save = async (values: Record<string, string | boolean>) => {
    const fields: Record<string, string | null> = {};
    for (const [name, value] of Object.entries(values)) {
      if (name.startsWith(prefix)) fields[name.slice(prefix.length)] = String(value) || null;
    }
    await api.patch(`/subscribers/${person.id}`, {
      first_name: values.first_name,
      email: values.email,
      fields,
    });
    await refresh("/subscribers");
    toast(t("Saved."));
  };
  return (
    <FormDialog
      title={t("Edit {name}", { name: person.first_name || person.email })}
      open={open}
      onClose={onClose}
      verb={t("Save changes")}
      fields={[
        { name: "first_name", label: t("First name") },
        { name: "email", label: t("Email"), kind: "email", required: true },
        ...person.field_list.map((field) => ({ name: prefix + field.key, label: field.label })),
      ]}
      values={{
        first_name: person.first_name ?? "",
        email: person.email,
        ...Object.fromEntries(person.field_list.map((field) => [prefix + field.key, field.value ?? ""])),
      }}
      save={save}
    />
  );
}
