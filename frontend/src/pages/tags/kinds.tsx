import { Tag as TagIcon, TextCursorInput } from "lucide-react";
import { day, n, t } from "@/i18n";
import type { CustomField, Tag } from "@/types";
import { A, CopyButton } from "@/ui/kit";
import type { Kind } from "./named-list";

export const tagKind = (): Kind<Tag> => ({
  path: "/tags",
  label: t("Tags"),
  name: (tag) => tag.name,
  people: { label: t("People"), count: (tag) => tag.subscribers },
  search: t("Search tags"),
  columns: [
    {
      id: "name",
      label: t("Tag"),
      className: "max-w-80",
      cell: (tag) => (
        <A
          to="/subscribers"
          search={{ tag: String(tag.id) }}
          className="touch block font-medium hover:underline"
        >
          <span className="block truncate">{tag.name}</span>
        </A>
      ),
    },
    {
      id: "made",
      label: t("Made"),
      from: "md",
      cell: (tag) => <span className="text-muted">{day(tag.created_at)}</span>,
    },
  ],
  empty: {
    icon: <TagIcon size={20} aria-hidden />,
    title: t("No tags yet"),
    text: t("Tag people by what they care about, then write to just those."),
    verb: t("Make your first tag"),
  },
  remove: (tag) => ({
    title: t("Delete the tag {name}?", { name: tag.name }),
    body: n(
      "{count} person loses it. Nobody leaves your list. Forms and drafts that use the tag go on without it.",
      "{count} people lose it. Nobody leaves your list. Forms and drafts that use the tag go on without it.",
      tag.subscribers,
    ),
    verb: t("Delete the tag"),
    done: t("The tag {name} is deleted.", { name: tag.name }),
  }),
});

export const fieldKind = (): Kind<CustomField> => ({
  path: "/custom_fields",
  label: t("Custom fields"),
  name: (field) => field.label,
  people: { label: t("People with a value"), count: (field) => field.people },
  search: t("Search fields"),
  columns: [
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
  ],
  empty: {
    icon: <TextCursorInput size={20} aria-hidden />,
    title: t("No custom fields yet"),
    text: t("A field holds one fact about each person, such as the city. Imports and forms fill it."),
    verb: t("Make your first field"),
  },
  remove: (field) => ({
    title: t("Delete the field {name}?", { name: field.label }),
    body: n(
      "The value of {count} person goes for good. Letters that name the field show their fallback.",
      "The values of {count} people go for good. Letters that name the field show their fallback.",
      field.people,
    ),
    verb: n("Delete the field and {count} value", "Delete the field and {count} values", field.people),
    word: field.people > 0 ? field.label : undefined,
    done: t("The field {name} is deleted.", { name: field.label }),
  }),
});
