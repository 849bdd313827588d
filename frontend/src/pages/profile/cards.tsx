import { api } from "@/api";
import { useAct, useMay } from "@/data";
import { exact, longDay, t } from "@/i18n";
import type { Consent, Profile } from "@/types";
import { A, Badge, Card, Pair, RemovableChip, TextButton, toast } from "@/ui/kit";
import { deviceOf } from "./device";

export function TagsCard({ person, onAdd }: { person: Profile; onAdd: () => void }) {
  const may = useMay();
  const remove = useAct(
    (tag: { id: number; name: string }) => api.delete(`/subscribers/${person.id}/tags/${tag.id}`),
    ["/subscribers", "/tags"],
    (_, tag) =>
      toast(t("The tag {name} is off.", { name: tag.name }), async () => {
        await api.post(`/subscribers/${person.id}/tags`, { ids: [tag.id] });
        restore.mutate();
      }),
  );
  const restore = useAct(async () => undefined, ["/subscribers", "/tags"]);
  return (
    <Card title={t("Tags")} aside={may.write && <TextButton onPress={onAdd}>{t("Add")}</TextButton>}>
      <div className="flex flex-wrap gap-1.5 px-4 pt-2.5 pb-4">
        {person.tags.length === 0 && (
          <span className="text-muted">{t("No tags. They sort people for your letters.")}</span>
        )}
        {person.tags.map((tag) =>
          may.write ? (
            <RemovableChip key={tag.id} name={tag.name} onRemove={() => remove.mutate(tag)} />
          ) : (
            <Badge key={tag.id}>{tag.name}</Badge>
          ),
        )}
      </div>
    </Card>
  );
}

export function FieldsCard({ person, onEdit }: { person: Profile; onEdit: () => void }) {
  const may = useMay();
  return (
    <Card title={t("Fields")} aside={may.write && <TextButton onPress={onEdit}>{t("Edit")}</TextButton>}>
      <dl className="px-4 pt-1.5 pb-3.5">
        <Pair term={t("First name")}>{person.first_name || <Empty />}</Pair>
        {person.field_list.map((field) => (
          <Pair key={field.id} term={<span className="wrap-anywhere">{field.label}</span>}>
            {field.value || <Empty />}
          </Pair>
        ))}
      </dl>
    </Card>
  );
}

const Empty = () => <span className="text-muted">{t("empty")}</span>;

export function FormsCard({ person }: { person: Profile }) {
  if (person.forms.length === 0) return null;
  return (
    <Card title={t("Forms")} note={String(person.forms.length)}>
      <ul className="px-4 pt-1.5 pb-3.5">
        {person.forms.map((form) => (
          <li key={form.id} className="flex min-h-6.75 items-center justify-between gap-3">
            <A to={`/forms/${form.id}`} className="touch truncate hover:underline">
              {form.name}
            </A>
            <span className="text-cap whitespace-nowrap text-muted">
              {form.state === "inactive" ? t("not confirmed yet") : longDay(form.at)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const text = (record: Consent, ...names: string[]): string => {
  for (const name of names) if (record[name]) return String(record[name]);
  return "";
};

/** What the person agreed to, when and from where; read-only. */
export function ConsentCard({ person }: { person: Profile }) {
  const record = person.consent[0];
  if (!record) {
    return (
      <Card title={t("Consent record")}>
        <p className="px-4 pt-2 pb-4 text-muted">
          {t("No record. The person did not come through a form of yours, or before records were kept.")}
        </p>
      </Card>
    );
  }
  const wording = text(record, "wording", "text");
  const asked = text(record, "asked_at", "created_at", "at");
  const confirmed = text(record, "confirmed_at") || (person.confirmed_at ?? "");
  const pairs: [string, string][] = [
    [t("Asked"), asked && exact(asked)],
    [t("Confirmed"), confirmed && exact(confirmed)],
    [t("From"), text(record, "ip")],
    [t("With"), deviceOf(record.user_agent) || record.user_agent],
    [t("Page"), record.page.replace(/^https?:\/\//, "")],
  ];
  return (
    <Card title={t("Consent record")} aside={confirmed && <Badge tone="ok">{t("Double opt-in")}</Badge>}>
      <div className="px-4 pt-1 pb-4">
        {wording && (
          <blockquote className="mt-2 border-s-2 border-accent-mid ps-3 font-serif text-lead leading-5.25 whitespace-pre-line text-soft italic">
            “{wording}”
            {text(record, "form_name") && (
              <footer className="mt-1 font-sans text-cap text-muted not-italic">
                {t("Form {name}", { name: text(record, "form_name") })}
              </footer>
            )}
          </blockquote>
        )}
        <dl className="mt-1.5">
          {pairs
            .filter(([, value]) => value)
            .map(([term, value]) => (
              <Pair key={term} term={term}>
                {value}
              </Pair>
            ))}
        </dl>
      </div>
    </Card>
  );
}
