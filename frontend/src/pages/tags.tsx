import { Ellipsis, Pencil, Plus, Tag as TagIcon, TextCursorInput, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { day, n, number, t } from "@/i18n";
import type { CustomField, Page as PageOf, Tag } from "@/types";
import {
  A,
  Button,
  type Column,
  CopyButton,
  EmptyState,
  FormDialog,
  ListCard,
  MenuButton,
  MenuItem,
  Page,
  SearchField,
  TabLinks,
  toast,
  useAsk,
  useUrl,
} from "@/ui/kit";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

type Naming = { id?: number; name: string };

export default function Tags() {
  const may = useMay();
  const [url, setUrl] = useUrl<{ tab: string; q: string; page: string }>();
  const fields = url.tab === "fields";
  const [naming, setNaming] = useState<Naming | null>(null);
  return (
    <Page
      title={t("Tags and custom fields")}
      heading={<h1>{fields ? t("Custom fields") : t("Tags")}</h1>}
      lead={
        fields
          ? t("What you know about each person, beyond the name.")
          : t("Words that sort people, for your letters to find them.")
      }
      actions={
        may.write && (
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={() => setNaming({ name: "" })}
          >
            {fields ? t("New field") : t("New tag")}
          </Button>
        )
      }
    >
      <TabLinks
        label={t("Kind")}
        current={fields ? "fields" : "tags"}
        tabs={[
          { id: "tags", label: t("Tags"), to: "/tags" },
          { id: "fields", label: t("Custom fields"), to: "/tags", search: { tab: "fields" } },
        ]}
      />
      {fields ? (
        <FieldList onName={setNaming} />
      ) : (
        <TagList
          onName={setNaming}
          q={url.q ?? ""}
          page={Number(url.page ?? 1) || 1}
          onQ={(q) => setUrl({ q: q || undefined, page: undefined })}
          onPage={(page) => setUrl({ page: String(page) }, false)}
        />
      )}
      {naming && <NameDialog fields={fields} naming={naming} onClose={() => setNaming(null)} />}
    </Page>
  );
}

function NameDialog({ fields, naming, onClose }: { fields: boolean; naming: Naming; onClose: () => void }) {
  const refresh = useRefresh();
  const path = fields ? "/custom_fields" : "/tags";
  const key = fields ? "label" : "name";
  const title = naming.id
    ? t("Rename {name}", { name: naming.name })
    : fields
      ? t("New custom field")
      : t("New tag");
  const lead = naming.id
    ? fields
      ? t("People keep their values. The old key still works in letters and in the API.")
      : t("People keep the tag; forms and letters that use it follow the new name.")
    : fields
      ? t("Every person gets this field, empty at first.")
      : undefined;
  const save = async (values: Record<string, string | boolean>) => {
    const body = { [key]: values[key] };
    await (naming.id ? api.patch(`${path}/${naming.id}`, body) : api.post(path, body));
    await refresh(path, "/subscribers", "/forms");
    toast(
      naming.id
        ? t("Renamed to {name}.", { name: String(values[key]) })
        : t("{name} is there.", { name: String(values[key]) }),
    );
  };
  return (
    <FormDialog
      title={title}
      lead={lead}
      open
      onClose={onClose}
      verb={naming.id ? t("Rename") : fields ? t("Make the field") : t("Make the tag")}
      fields={[
        { name: key, label: t("Name"), required: true, placeholder: fields ? t("City") : t("Newsletter") },
      ]}
      values={naming.id ? { [key]: naming.name } : undefined}
      save={save}
    />
  );
}

type MenuProps = { name: string; onRename: () => void; onDelete: () => void };

const RowMenu = ({ name, onRename, onDelete }: MenuProps) => (
  <MenuButton label={t("Actions for {name}", { name })} size="s" icon={<Ellipsis {...stroke} />}>
    <MenuItem icon={<Pencil {...stroke} />} onAction={onRename}>
      {t("Rename")}
    </MenuItem>
    <MenuItem danger icon={<Trash2 {...stroke} />} onAction={onDelete}>
      {t("Delete…")}
    </MenuItem>
  </MenuButton>
);

type TagListProps = {
  onName: (naming: Naming) => void;
  q: string;
  page: number;
  onQ: (q: string) => void;
  onPage: (page: number) => void;
};

function TagList({ onName, q, page, onQ, onPage }: TagListProps) {
  const may = useMay();
  const ask = useAsk();
  const refresh = useRefresh();
  const tags = useGet<PageOf<Tag>>("/tags", { q, page });
  const remove = (tag: Tag) =>
    ask({
      title: t("Delete the tag {name}?", { name: tag.name }),
      body: n(
        "{count} person loses it. Nobody leaves your list. Forms and drafts that use the tag go on without it.",
        "{count} people lose it. Nobody leaves your list. Forms and drafts that use the tag go on without it.",
        tag.subscribers,
      ),
      verb: t("Delete the tag"),
      danger: true,
      run: async () => {
        await api.delete(`/tags/${tag.id}`);
        await refresh("/tags", "/subscribers", "/forms");
        toast(t("The tag {name} is deleted.", { name: tag.name }));
      },
    });
  const columns: Column<Tag>[] = [
    {
      id: "name",
      label: t("Tag"),
      className: "max-w-80",
      cell: (tag) => (
        <A
          to="/subscribers"
          search={{ tag: String(tag.id) }}
          className="block truncate font-medium hover:underline"
        >
          {tag.name}
        </A>
      ),
    },
    { id: "people", label: t("People"), end: true, cell: (tag) => number(tag.subscribers) },
    {
      id: "made",
      label: t("Made"),
      end: true,
      from: "md",
      cell: (tag) => <span className="text-muted">{day(tag.created_at)}</span>,
    },
    ...(may.write
      ? [
          {
            id: "menu",
            label: t("Actions"),
            silent: true,
            end: true,
            className: "w-12",
            cell: (tag: Tag) => (
              <RowMenu
                name={tag.name}
                onRename={() => onName({ id: tag.id, name: tag.name })}
                onDelete={() => remove(tag)}
              />
            ),
          },
        ]
      : []),
  ];
  return (
    <ListCard
      label={t("Tags")}
      query={tags}
      columns={columns}
      rowKey={(tag) => tag.id}
      filtered={!!q}
      onClearFilter={() => onQ("")}
      onPage={onPage}
      tools={
        <div className="p-2.5 max-sm:px-0">
          <SearchField label={t("Search tags")} value={q} onChange={onQ} className="w-80 max-sm:w-full" />
        </div>
      }
      empty={
        <EmptyState
          icon={<TagIcon size={20} aria-hidden />}
          title={t("No tags yet")}
          action={
            may.write && <Button onPress={() => onName({ name: "" })}>{t("Make your first tag")}</Button>
          }
        >
          {t("Tag people by what they care about, then write to just those.")}
        </EmptyState>
      }
    />
  );
}

function FieldList({ onName }: { onName: (naming: Naming) => void }) {
  const may = useMay();
  const ask = useAsk();
  const refresh = useRefresh();
  const fields = useGet<PageOf<CustomField>>("/custom_fields", { per_page: 200 });
  const remove = (field: CustomField) =>
    ask({
      title: t("Delete the field {name}?", { name: field.label }),
      body: n(
        "The value of {count} person goes for good. Letters that name the field show their fallback.",
        "The values of {count} people go for good. Letters that name the field show their fallback.",
        field.people,
      ),
      verb: n("Delete the field and {count} value", "Delete the field and {count} values", field.people),
      danger: true,
      word: field.people > 0 ? field.label : undefined,
      run: async () => {
        await api.delete(`/custom_fields/${field.id}`);
        await refresh("/custom_fields", "/subscribers", "/forms");
        toast(t("The field {name} is deleted.", { name: field.label }));
      },
    });
  const columns: Column<CustomField>[] = [
    {
      id: "label",
      label: t("Field"),
      className: "max-w-60",
      cell: (field) => <span className="block truncate font-medium">{field.label}</span>,
    },
    {
      id: "key",
      label: t("In letters"),
      from: "md",
      cell: (field) => {
        const text = `{{ subscriber.${field.key} }}`;
        return (
          <span className="flex items-center gap-1.5">
            <code className="font-mono text-cap">{text}</code>
            <CopyButton text={text} label={t("Copy")} />
          </span>
        );
      },
    },
    { id: "people", label: t("People with a value"), end: true, cell: (field) => number(field.people) },
    ...(may.write
      ? [
          {
            id: "menu",
            label: t("Actions"),
            silent: true,
            end: true,
            className: "w-12",
            cell: (field: CustomField) => (
              <RowMenu
                name={field.label}
                onRename={() => onName({ id: field.id, name: field.label })}
                onDelete={() => remove(field)}
              />
            ),
          },
        ]
      : []),
  ];
  return (
    <ListCard
      label={t("Custom fields")}
      query={fields}
      columns={columns}
      rowKey={(field) => field.id}
      empty={
        <EmptyState
          icon={<TextCursorInput size={20} aria-hidden />}
          title={t("No custom fields yet")}
          action={
            may.write && <Button onPress={() => onName({ name: "" })}>{t("Make your first field")}</Button>
          }
        >
          {t("A field holds one fact about each person, such as the city. Imports and forms fill it.")}
        </EmptyState>
      }
    />
  );
}
