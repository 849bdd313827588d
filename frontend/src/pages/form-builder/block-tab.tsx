import { t } from "@/i18n";
import { TextField } from "@/ui/kit";
import type { Block } from "./blocks";
import { FieldsEditor } from "./fields-editor";
import { type EditProps, Section } from "./section";
import { Picture } from "./style-tab";

/** The settings of the part that is selected on the stage. */
export function BlockTab({ block, form, onEdit }: EditProps & { block: Block }) {
  if (block === "picture")
    return (
      <Section first>
        <Picture form={form} onEdit={onEdit} />
      </Section>
    );
  if (block === "email" || block.startsWith("field:"))
    return (
      <Section first>
        <FieldsEditor
          fields={form.fields}
          chosen={block.startsWith("field:") ? block.slice(6) : undefined}
          onChange={(fields) => onEdit({ fields })}
        />
      </Section>
    );
  const agreed = t("Heading, text, button and note are kept as what people agreed to.");
  return (
    <Section first>
      {block === "heading" && (
        <TextField label={t("Heading")} value={form.heading} onChange={(heading) => onEdit({ heading })} />
      )}
      {block === "text" && (
        <TextField
          label={t("Text")}
          rows={5}
          value={form.description}
          onChange={(description) => onEdit({ description })}
          help={t("A line break stays; simple HTML such as <b> and <a> works.")}
        />
      )}
      {block === "button" && (
        <TextField
          label={t("Words on the button")}
          value={form.button_text}
          onChange={(button_text) => onEdit({ button_text })}
          help={t("A verb that says what people get: “Send me the letter”.")}
        />
      )}
      {block === "note" && (
        <TextField
          label={t("Line under the button")}
          rows={3}
          value={form.note}
          onChange={(note) => onEdit({ note })}
        />
      )}
      <p className="mt-3 text-cap text-muted">{agreed}</p>
    </Section>
  );
}
