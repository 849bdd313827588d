import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import { useGet } from "@/data";
import { t } from "@/i18n";
import type { CustomField, FormField, Page } from "@/types";
import { Checkbox, css, IconButton, MenuButton, MenuItem, TextField } from "@/ui/kit";
import { moved } from "./blocks";

type Props = {
  fields: FormField[];
  /** Key of the one that is selected on the stage. */
  chosen?: string;
  onChange: (fields: FormField[]) => void;
};

/** What the form asks besides the address; moved by buttons or Alt and arrow keys. */
export function FieldsEditor({ fields, chosen, onChange }: Props) {
  const custom = useGet<Page<CustomField>>("/custom_fields", { per_page: 200 }).data?.items ?? [];
  const used = new Set(fields.map((field) => field.key));
  const open = [{ key: "first_name", label: t("First name") }, ...custom].filter(
    (field) => !used.has(field.key),
  );
  const move = (at: number, by: number) => {
    const next = moved(fields, at, by);
    if (next !== fields) onChange(next);
  };
  const set = (at: number, part: Partial<FormField>) =>
    onChange(fields.map((field, index) => (index === at ? { ...field, ...part } : field)));
  return (
    <div>
      <div className="mb-2 flex items-center justify-between">
        <span className="text-cap font-medium text-soft">{t("Fields")}</span>
        {open.length > 0 && (
          <MenuButton label={t("Add a field")} text={t("Add")} size="s" icon={<Plus size={14} aria-hidden />}>
            {open.map((field) => (
              <MenuItem
                key={field.key}
                onAction={() =>
                  onChange([...fields, { key: field.key, label: field.label, required: false }])
                }
              >
                {field.label}
              </MenuItem>
            ))}
          </MenuButton>
        )}
      </div>
      <ul className="grid gap-2">
        {fields.map((field, at) => (
          <li
            key={field.key}
            className={css("rounded-control border p-2.5", field.key === chosen && "border-accent")}
            onKeyDown={(event) => {
              if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
              event.preventDefault();
              move(at, event.key === "ArrowUp" ? -1 : 1);
            }}
          >
            <TextField
              hideLabel
              label={t("Label of {field}", { field: field.key })}
              value={field.label}
              onChange={(label) => set(at, { label })}
            />
            <div className="mt-2 flex items-center justify-between">
              <Checkbox isSelected={field.required} onChange={(required) => set(at, { required })}>
                {t("Required")}
              </Checkbox>
              <span className="flex">
                <IconButton size="s" label={t("Move up")} isDisabled={at === 0} onPress={() => move(at, -1)}>
                  <ArrowUp size={14} aria-hidden />
                </IconButton>
                <IconButton
                  size="s"
                  label={t("Move down")}
                  isDisabled={at === fields.length - 1}
                  onPress={() => move(at, 1)}
                >
                  <ArrowDown size={14} aria-hidden />
                </IconButton>
                <IconButton
                  size="s"
                  label={t("Take {field} out", { field: field.label })}
                  onPress={() => onChange(fields.filter((_, index) => index !== at))}
                >
                  <X size={14} aria-hidden />
                </IconButton>
              </span>
            </div>
          </li>
        ))}
        <li className="rounded-control border bg-sunken px-2.5 py-2 text-muted">
          {t("Email, always required")}
        </li>
      </ul>
    </div>
  );
}
