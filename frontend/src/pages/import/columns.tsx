import { ArrowRight, AtSign, Ban, Tag, TextCursorInput, User } from "lucide-react";
import { useGet } from "@/data";
import { list, n, t } from "@/i18n";
import type { CustomField, Page } from "@/types";
import { Badge, Card, type Choice, css, Select, TextButton } from "@/ui/kit";
import { hasPolicy, type ImportColumn, keyOf, type Mapped, type Policy, targetOf } from "./shape";

const icon = { size: 14, strokeWidth: 1.75, "aria-hidden": true } as const;

type Props = { columns: ImportColumn[]; mapping: Mapped[]; onChange: (mapping: Mapped[]) => void };

export function ColumnsCard({ columns, mapping, onChange }: Props) {
  const fields = useGet<Page<CustomField>>("/custom_fields", { per_page: 200 }).data?.items ?? [];
  const used = mapping.filter((each) => each.to !== "skip").length;
  const set = (at: number, change: Partial<Mapped>) =>
    onChange(mapping.map((each, index) => (index === at ? { ...each, ...change } : each)));
  const head = "h-7.5 px-2 text-start text-cap font-medium text-muted first:ps-4 last:pe-4";
  return (
    <Card
      title={t("Where each column goes")}
      note={n("{used} of {count} column is used", "{used} of {count} columns are used", columns.length, {
        used,
      })}
      aside={
        <TextButton onPress={() => onChange(mapping.map((each) => ({ ...each, policy: "fill" })))}>
          {t("Fill if empty everywhere")}
        </TextButton>
      }
    >
      <table className="mt-1.5 w-full table-fixed max-sm:block">
        <thead className="max-sm:hidden">
          <tr>
            <th className={head}>{t("Column in your file")}</th>
            <th className={css(head, "w-62")}>{t("Goes to")}</th>
            <th className={css(head, "w-44")}>{t("If the person exists")}</th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {columns.map((column, at) => (
            <Row
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one header, and columns never move
              key={`${at}-${column.header}`}
              column={column}
              mapped={mapping[at]}
              fields={fields}
              onChange={(change) => set(at, change)}
            />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

type RowProps = {
  column: ImportColumn;
  mapped?: Mapped;
  fields: CustomField[];
  onChange: (change: Partial<Mapped>) => void;
};

function Row({ column, mapped = { to: "skip", policy: "fill" }, fields, onChange }: RowProps) {
  const { to } = mapped;
  const skipped = to === "skip";
  return (
    <tr className="border-t max-sm:grid max-sm:grid-cols-1 max-sm:gap-2 max-sm:px-4 max-sm:py-3">
      <td className="h-12.25 min-w-0 py-1 ps-4 pe-2 max-sm:h-auto max-sm:p-0">
        <div className="flex items-center gap-2">
          <div className="min-w-0 flex-1">
            <div className={css("truncate leading-4.25 font-medium", skipped && "text-muted")}>
              {column.header}
            </div>
            <div className="truncate text-cap text-muted">
              {list(column.samples.slice(0, 3)) || t("empty")}
            </div>
          </div>
          <ArrowRight
            size={16}
            strokeWidth={1.75}
            className="shrink-0 text-muted max-sm:hidden"
            aria-hidden
          />
        </div>
      </td>
      <td className="min-w-0 px-2 max-sm:block max-sm:p-0">
        <Select
          size="s"
          hideLabel
          label={t("Where {column} goes", { column: column.header })}
          value={keyOf(to)}
          onChange={(key) => onChange({ to: targetOf(key) })}
          options={choices(column, to, fields)}
        />
      </td>
      <td className="min-w-0 ps-2 pe-4 max-sm:block max-sm:p-0">
        {hasPolicy(to) ? (
          <Select
            size="s"
            hideLabel
            label={t("{column}, if the person exists", { column: column.header })}
            value={mapped.policy}
            onChange={(policy) => onChange({ policy: policy as Policy })}
            options={[
              { id: "fill", label: t("Fill if empty"), note: t("What you know stays") },
              { id: "overwrite", label: t("Overwrite"), note: t("But never with an empty cell") },
              {
                id: "overwrite_blank",
                label: t("Overwrite, also with blank"),
                note: t("An empty cell empties the field"),
              },
              { id: "keep", label: t("Keep ours"), note: t("Only new people get it") },
            ]}
          />
        ) : (
          <span className="text-cap text-muted">
            {to === "email" ? t("finds the person") : to === "tags" ? t("added, never removed") : ""}
          </span>
        )}
      </td>
    </tr>
  );
}

function choices(column: ImportColumn, to: Mapped["to"], fields: CustomField[]): Choice[] {
  const made = typeof to === "object" && "new_field" in to ? to.new_field : column.header.trim();
  const known = fields.some((field) => field.label.toLowerCase() === made.toLowerCase());
  return [
    { id: "email", label: t("Email"), icon: <AtSign {...icon} /> },
    { id: "first_name", label: t("First name"), icon: <User {...icon} /> },
    { id: "tags", label: t("Tags"), icon: <Tag {...icon} /> },
    ...fields.map((field) => ({
      id: `field:${field.id}`,
      label: field.label,
      icon: <TextCursorInput {...icon} />,
    })),
    ...(made && (!known || keyOf(to) === `new:${made}`)
      ? [
          {
            id: `new:${made}`,
            label: made,
            icon: <TextCursorInput {...icon} />,
            badge: <Badge tone="info">{t("New field")}</Badge>,
          },
        ]
      : []),
    { id: "skip", label: t("Do not import"), icon: <Ban {...icon} /> },
  ];
}
