import type { ReactNode } from "react";
import { useState } from "react";
import { createTag, useMay, useTags } from "@/data";
import { t } from "@/i18n";
import type { FormDetail } from "@/types";
import { css, Remark, Segmented, Switch, TagPicker, TextButton, TextField, useUrl } from "@/ui/kit";
import { FieldsEditor } from "./fields-editor";
import { readLetter, writeLetter } from "./letter";

export type EditProps = { form: FormDetail; onEdit: (part: Partial<FormDetail>) => void };

const tabs = ["form", "texts", "email"];

export function Inspector({ className, ...props }: EditProps & { className: string }) {
  const [url, setUrl] = useUrl<{ tab: string }>();
  const may = useMay();
  const tab = tabs.find((each) => each === url.tab) ?? "form";
  return (
    <aside
      aria-label={t("Settings of the form")}
      className={css("relative min-h-0 overflow-y-auto border-s bg-surface p-4 max-lg:border-s-0", className)}
    >
      <Segmented
        wide
        label={t("What to set")}
        value={tab}
        onChange={(next) => setUrl({ tab: next === "form" ? undefined : next })}
        segments={[
          { id: "form", label: t("Form") },
          { id: "texts", label: t("Texts") },
          { id: "email", label: t("Email") },
        ]}
      />
      {/* Viewers look; a fieldset switches every control off at once. */}
      <fieldset disabled={!may.write} className="min-w-0">
        {tab === "form" && <FormTab {...props} />}
        {tab === "texts" && <TextsTab {...props} />}
        {tab === "email" && <EmailTab {...props} />}
      </fieldset>
    </aside>
  );
}

const Section = ({ children, first }: { children: ReactNode; first?: boolean }) => (
  <div className={first ? "mt-4" : "-mx-4 mt-4 border-t px-4 pt-3.5"}>{children}</div>
);

function FormTab({ form, onEdit }: EditProps) {
  const tags = useTags();
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
        <p className="mb-1.5 text-cap font-medium text-soft">{t("After subscribing")}</p>
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
      </Section>
      <Section>
        <Switch
          label={t("Incentive email")}
          note={t("Asks to confirm and hands over your gift.")}
          on={form.incentive_enabled}
          onChange={(incentive_enabled) => onEdit({ incentive_enabled })}
        />
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
        <TagPicker
          label={t("Add tags on submit")}
          tags={tags}
          value={form.tag_ids}
          onCreate={createTag}
          onChange={(ids) =>
            onEdit({
              tag_ids: ids,
              tags: ids.map(
                (id) => [...tags, ...form.tags].find((tag) => tag.id === id) ?? { id, name: "…" },
              ),
            })
          }
        />
      </Section>
    </>
  );
}

function TextsTab({ form, onEdit }: EditProps) {
  return (
    <>
      <Section first>
        <div className="grid gap-3">
          <TextField label={t("Heading")} value={form.heading} onChange={(heading) => onEdit({ heading })} />
          <TextField
            label={t("Text")}
            rows={3}
            value={form.description}
            onChange={(description) => onEdit({ description })}
          />
        </div>
      </Section>
      <Section>
        <FieldsEditor fields={form.fields} onChange={(fields) => onEdit({ fields })} />
      </Section>
      <Section>
        <div className="grid gap-3">
          <TextField
            label={t("Button")}
            value={form.button_text}
            onChange={(button_text) => onEdit({ button_text })}
          />
          <TextField
            label={t("Line under the button")}
            rows={2}
            value={form.note}
            onChange={(note) => onEdit({ note })}
            help={t("Heading, text and this line are kept as what people agreed to.")}
          />
        </div>
      </Section>
    </>
  );
}

function EmailTab({ form, onEdit }: EditProps) {
  const [letter, setLetter] = useState(() => readLetter(form.incentive_body));
  const edit = (part: Partial<NonNullable<typeof letter>>) => {
    const next = { text: "", button: t("Confirm your subscription"), after: "", ...letter, ...part };
    setLetter(next);
    onEdit({ incentive_body: writeLetter(next) });
  };
  return (
    <Section first>
      <div className="grid gap-3">
        <TextField
          label={t("Subject")}
          value={form.incentive_subject}
          onChange={(incentive_subject) => onEdit({ incentive_subject })}
        />
        {letter ? (
          <>
            <TextField
              label={t("Text")}
              rows={6}
              value={letter.text}
              onChange={(text) => edit({ text })}
              help={t("A blank line begins a new paragraph. {{ subscriber.first_name }} works here.")}
            />
            <TextField label={t("Button")} value={letter.button} onChange={(button) => edit({ button })} />
            <TextField
              label={t("Text after the button")}
              rows={3}
              value={letter.after}
              onChange={(after) => edit({ after })}
            />
          </>
        ) : (
          <Remark tone="grey">
            {t("This email holds blocks that cannot be edited here. It goes out as it is.")}{" "}
            <TextButton
              onPress={() =>
                edit({ text: t("Please confirm that you want my letters. One click is enough.") })
              }
            >
              {t("Replace it with a plain one")}
            </TextButton>
          </Remark>
        )}
        <TextField
          label={t("After the click, go to")}
          type="url"
          placeholder={t("Our thank-you page")}
          value={form.incentive_redirect_url}
          onChange={(incentive_redirect_url) => onEdit({ incentive_redirect_url })}
          help={t("The address of your gift, or empty.")}
        />
      </div>
    </Section>
  );
}
