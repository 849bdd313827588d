import { Mail } from "lucide-react";
import { createTag, useTags } from "@/data";
import { t } from "@/i18n";
import type { FormDetail } from "@/types";
import { Segmented, Switch, TagPicker, TextButton, TextField } from "@/ui/kit";
import { type EditProps, Section, SectionLabel } from "./section";

/** What the form does, whatever it looks like. */
export function FormTab({ form, onEdit, onEmail }: EditProps & { onEmail: () => void }) {
  return (
    <>
      <Section first>
        <TextField
          label={t("Name")}
          value={form.name}
          onChange={(name) => onEdit({ name })}
          help={t("Only you see it.")}
        />
      </Section>
      <Section>
        <AfterSubscribing form={form} onEdit={onEdit} />
      </Section>
      <Section>
        <Switch
          label={t("Incentive email")}
          note={t("Asks to confirm and hands over your gift.")}
          on={form.incentive_enabled}
          onChange={(incentive_enabled) => onEdit({ incentive_enabled })}
        />
        {form.incentive_enabled && (
          <div className="mt-3 flex items-center gap-3 rounded-control border p-2.5">
            <span className="grid size-8 shrink-0 place-items-center rounded-control bg-sunken text-soft">
              <Mail size={16} strokeWidth={1.75} aria-hidden />
            </span>
            <span className="min-w-0 flex-1 leading-4">
              <span className="block truncate font-medium">{form.incentive_subject}</span>
              <span className="block truncate text-cap text-muted">
                {form.incentive_redirect_url
                  ? t("leads to {url}", { url: form.incentive_redirect_url.replace(/^https?:\/\//, "") })
                  : t("leads to our thank-you page")}
              </span>
            </span>
            <TextButton onPress={onEmail}>{t("Edit")}</TextButton>
          </div>
        )}
      </Section>
      <Section>
        <Switch
          label={t("Auto-confirm")}
          note={
            !form.incentive_enabled
              ? t("Without the email nobody is asked, so people are Confirmed at once.")
              : form.auto_confirm
                ? t("On: people are Confirmed at once; the email brings the gift.")
                : t("Off: people stay Unconfirmed and get no letters until they click.")
          }
          on={form.auto_confirm || !form.incentive_enabled}
          disabled={!form.incentive_enabled}
          onChange={(auto_confirm) => onEdit({ auto_confirm })}
        />
      </Section>
      <Section>
        <Tags form={form} onEdit={onEdit} />
      </Section>
    </>
  );
}

function AfterSubscribing({ form, onEdit }: EditProps) {
  return (
    <>
      <SectionLabel>{t("After subscribing")}</SectionLabel>
      <Segmented
        wide
        label={t("After subscribing")}
        value={form.success_action}
        onChange={(success_action) =>
          onEdit({ success_action: success_action as FormDetail["success_action"] })
        }
        segments={[
          { id: "message", label: t("Show a message") },
          { id: "redirect", label: t("Go to a page") },
        ]}
      />
      <div className="mt-2">
        {form.success_action === "message" ? (
          <TextField
            hideLabel
            label={t("Message")}
            rows={2}
            value={form.success_message}
            onChange={(success_message) => onEdit({ success_message })}
          />
        ) : (
          <TextField
            hideLabel
            label={t("Address of the page")}
            type="url"
            placeholder="https://"
            value={form.redirect_url}
            onChange={(redirect_url) => onEdit({ redirect_url })}
          />
        )}
      </div>
    </>
  );
}

function Tags({ form, onEdit }: EditProps) {
  const tags = useTags();
  const known = [...tags, ...form.tags];
  return (
    <TagPicker
      label={t("Add tags on submit")}
      tags={tags}
      value={form.tag_ids}
      onCreate={createTag}
      onChange={(ids) =>
        onEdit({
          tag_ids: ids,
          tags: ids.map((id) => known.find((tag) => tag.id === id) ?? { id, name: "…" }),
        })
      }
    />
  );
}
