import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { t } from "@/i18n";
import { Button, Remark, TextButton, TextField } from "@/ui/kit";
import { readLetter, writeLetter } from "./letter";
import { type EditProps, Section } from "./section";

/** The incentive email, in place of the tabs while it is written. */
export function EmailPanel({ form, onEdit, onBack }: EditProps & { onBack: () => void }) {
  const [letter, setLetter] = useState(() => readLetter(form.incentive_body));
  const edit = (part: Partial<NonNullable<typeof letter>>) => {
    const next = { text: "", button: t("Confirm your subscription"), after: "", ...letter, ...part };
    setLetter(next);
    onEdit({ incentive_body: writeLetter(next) });
  };
  return (
    <>
      <div className="flex items-center gap-1">
        <Button
          variant="quiet"
          size="s"
          className="-ms-2"
          icon={<ArrowLeft size={14} aria-hidden />}
          onPress={onBack}
        >
          {t("Form")}
        </Button>
        <h2>{t("Incentive email")}</h2>
      </div>
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
    </>
  );
}
