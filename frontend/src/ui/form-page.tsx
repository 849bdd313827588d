import { type ReactNode, useId, useState } from "react";
import { ApiError, sentence } from "../api";
import { t } from "../i18n";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Checkbox, type Choice, Form, RadioCards, Select, TextField } from "./fields";
import { Remark } from "./layout";

export type FieldOf = {
  name: string;
  label: string;
  kind?: "text" | "email" | "password" | "number" | "date" | "url" | "area" | "select" | "cards" | "check";
  help?: ReactNode;
  placeholder?: string;
  required?: boolean;
  options?: Choice[];
  rows?: number;
  autoComplete?: string;
};

type Values = Record<string, string | boolean>;

/** Fields from a descriptor; refusals of the server come back at their field. */
export function useForm(save: (values: Values) => Promise<unknown>, done?: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const submit = async (data: FormData, fields: FieldOf[]) => {
    const values: Values = {};
    for (const field of fields) {
      values[field.name] =
        field.kind === "check" ? data.get(field.name) !== null : String(data.get(field.name) ?? "").trim();
    }
    setBusy(true);
    setProblem(null);
    try {
      await save(values);
      done?.();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, submit };
}

export function Fields({ fields, values }: { fields: FieldOf[]; values?: Values }) {
  return (
    <div className="flex flex-col gap-4">
      {fields.map((field, index) => (
        <FormField key={field.name} field={field} value={values?.[field.name]} first={index === 0} />
      ))}
    </div>
  );
}

function FormField({ field, value, first }: { field: FieldOf; value?: string | boolean; first: boolean }) {
  const { kind = "text", name, label, help, options = [], required } = field;
  if (kind === "check") {
    return (
      <Checkbox name={name} defaultSelected={value === true} note={help}>
        {label}
      </Checkbox>
    );
  }
  const text = typeof value === "string" ? value : undefined;
  if (kind === "select")
    return (
      <Select name={name} label={label} help={help} options={options} defaultValue={text ?? options[0]?.id} />
    );
  if (kind === "cards")
    return <RadioCards name={name} label={label} options={options} defaultValue={text ?? options[0]?.id} />;
  return (
    <TextField
      name={name}
      label={label}
      help={help}
      placeholder={field.placeholder}
      isRequired={required}
      type={kind === "area" ? "text" : kind}
      rows={kind === "area" ? (field.rows ?? 3) : undefined}
      defaultValue={text}
      autoComplete={field.autoComplete ?? "off"}
      autoFocus={first && value === undefined}
    />
  );
}

/** What the server refused without naming a field of this form. */
export function FormProblem({ problem, fields }: { problem: unknown; fields: string[] }) {
  if (!problem) return null;
  const named =
    problem instanceof ApiError && Object.keys(problem.fields).some((name) => fields.includes(name));
  if (named && !(problem as ApiError).help) return null;
  return (
    <div role="alert">
      <Remark tone="bad">{named ? (problem as ApiError).help : sentence(problem)}</Remark>
    </div>
  );
}

export const errorsOf = (problem: unknown): Record<string, string> | undefined =>
  problem instanceof ApiError ? problem.fields : undefined;

type FormDialogProps = {
  title: string;
  lead?: ReactNode;
  open: boolean;
  onClose: () => void;
  fields: FieldOf[];
  values?: Values;
  /** The verb on the button: "Add subscriber". */
  verb: string;
  danger?: boolean;
  save: (values: Values) => Promise<unknown>;
  /** More under the fields (a tag picker). */
  children?: ReactNode;
};

/** Makes or changes one thing in a dialog. */
export function FormDialog({
  title,
  lead,
  open,
  onClose,
  fields,
  values,
  verb,
  danger,
  save,
  children,
}: FormDialogProps) {
  const id = useId();
  const { busy, problem, submit } = useForm(save, onClose);
  const footer = (
    <>
      <Button onPress={onClose}>{t("Cancel")}</Button>
      <Button type="submit" form={id} variant={danger ? "danger-primary" : "primary"} busy={busy}>
        {verb}
      </Button>
    </>
  );
  return (
    <Dialog title={title} lead={lead} open={open} onClose={onClose} footer={footer}>
      <Form
        id={id}
        errors={errorsOf(problem)}
        onSubmit={(data) => void submit(data, fields)}
        className="flex flex-col gap-4"
      >
        <FormProblem problem={problem} fields={fields.map((field) => field.name)} />
        <Fields fields={fields} values={values} />
        {children}
      </Form>
    </Dialog>
  );
}

type FormCardProps = {
  title: string;
  note?: ReactNode;
  fields: FieldOf[];
  values: Values;
  verb?: string;
  save: (values: Values) => Promise<unknown>;
  onSaved?: () => void;
  children?: ReactNode;
};

/** A card of settings with its own save button. */
export function FormCard({ title, note, fields, values, verb, save, onSaved, children }: FormCardProps) {
  const { busy, problem, submit } = useForm(save, onSaved);
  return (
    <section className="card">
      <header className="border-b px-5 py-3.5">
        <h2>{title}</h2>
        {note && <p className="mt-0.5 text-muted">{note}</p>}
      </header>
      <Form
        errors={errorsOf(problem)}
        onSubmit={(data) => void submit(data, fields)}
        className="flex flex-col gap-4 p-5"
      >
        <FormProblem problem={problem} fields={fields.map((field) => field.name)} />
        <Fields fields={fields} values={values} />
        {children}
        <div>
          <Button type="submit" variant="primary" busy={busy}>
            {verb ?? t("Save")}
          </Button>
        </div>
      </Form>
    </section>
  );
}
