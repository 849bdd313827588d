import { useState } from "react";
import { api } from "@/api";
import { useGet, useRefresh } from "@/data";
import { t } from "@/i18n";
import type { Page } from "@/types";
import { Button, Checkbox, Dialog, errorsOf, Form, FormProblem, Select, TextField } from "@/ui/kit";
import type { EventName, MadeWebhook } from "./shapes";
import { type About, events } from "./words";

type Named = { id: number; name: string };
const lists = { form: "/forms", sequence: "/sequences", tag: "/tags", product: "/products" } as const;
const fields = ["target_url", "form_id", "sequence_id", "tag_id", "product_id", "initiator_value"];

/** One event, one URL. */
export function NewWebhook({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: MadeWebhook) => void;
}) {
  const refresh = useRefresh();
  const [event, setEvent] = useState<EventName>("subscriber_activate");
  const [about, setAbout] = useState("");
  const [url, setUrl] = useState("");
  const [signed, setSigned] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const kind = events().find((each) => each.id === event)?.about ?? null;
  const choose = (value: string) => {
    setAbout(value);
    setProblem(null);
  };
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const made = await api.post<MadeWebhook>("/webhooks", {
        event,
        target_url: url,
        signed,
        ...(kind === "link" ? { initiator_value: about } : kind ? { param_id: Number(about) || null } : {}),
      });
      await refresh("/webhooks");
      onMade(made);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("New webhook")}
      lead={t("Whenever something happens, Postroom posts it to a URL of yours.")}
      open
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("Cancel")}</Button>
          <Button variant="primary" busy={busy} type="submit" form="new-webhook">
            {t("Make the webhook")}
          </Button>
        </>
      }
    >
      <Form
        id="new-webhook"
        errors={errorsOf(problem)}
        onSubmit={() => void make()}
        className="flex flex-col gap-4"
      >
        <Select
          label={t("Event")}
          options={events()}
          value={event}
          onChange={(id) => {
            setEvent(id as EventName);
            setAbout("");
          }}
        />
        {kind && <AboutField key={event} about={kind} value={about} onChange={choose} />}
        <TextField
          label={t("URL")}
          name="target_url"
          type="url"
          isRequired
          value={url}
          onChange={(typed) => {
            setUrl(typed);
            setProblem(null); // a refusal stands in the way of sending the form again
          }}
          placeholder="https://example.com/hook"
          help={t("It has to answer with a status of 200 to 299 within 10 seconds.")}
        />
        <Checkbox
          isSelected={signed}
          onChange={setSigned}
          note={t("With a secret of its own, so that your program can tell real calls from forged ones.")}
        >
          {t("Sign what is sent")}
        </Checkbox>
        <FormProblem problem={problem} fields={fields} />
      </Form>
    </Dialog>
  );
}

type AboutProps = { about: NonNullable<About>; value: string; onChange: (value: string) => void };

function AboutField({ about, value, onChange }: AboutProps) {
  if (about === "link")
    return (
      <TextField
        label={t("The link's URL")}
        name="initiator_value"
        type="url"
        isRequired
        value={value}
        onChange={onChange}
        help={t("Exactly as it stands in the letter.")}
      />
    );
  return <Named about={about} value={value} onChange={onChange} />;
}

function Named({ about, value, onChange }: AboutProps & { about: keyof typeof lists }) {
  const found = useGet<Page<Named>>(lists[about], { per_page: 200 });
  const labels = { form: t("Form"), sequence: t("Sequence"), tag: t("Tag"), product: t("Product") };
  const options = (found.data?.items ?? []).map((each) => ({ id: String(each.id), label: each.name }));
  return (
    <Select
      label={labels[about]}
      options={options}
      value={value || null}
      onChange={onChange}
      disabled={!found.data}
      help={found.data && !options.length ? t("There is none yet: make it first.") : undefined}
    />
  );
}
