import { Archive, ArchiveRestore, Copy, Ellipsis, ExternalLink, FileText, Plus } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { day, number, percent, t } from "@/i18n";
import type { FormRow, Page as PageOf } from "@/types";
import {
  A,
  Badge,
  Button,
  type Column,
  EmptyState,
  FormDialog,
  ListCard,
  MenuButton,
  MenuItem,
  MenuLine,
  Page,
  toast,
  toastProblem,
  useGo,
  useUrl,
} from "@/ui/kit";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export default function Forms() {
  const may = useMay();
  const go = useGo();
  const refresh = useRefresh();
  const [naming, setNaming] = useState(false);
  const [url, setUrl] = useUrl<{ page: string }>();
  const forms = useGet<PageOf<FormRow>>("/forms", { page: Number(url.page ?? 1) || 1 });
  const make = async (values: Record<string, string | boolean>) => {
    const form = await api.post<{ id: number }>("/forms", { name: values.name });
    await refresh("/forms", "/home");
    go(`/forms/${form.id}`);
  };
  return (
    <Page
      title={t("Forms")}
      lead={t("Where people join. Put one on your page, or share its link.")}
      actions={
        may.write && (
          <Button variant="primary" icon={<Plus size={16} aria-hidden />} onPress={() => setNaming(true)}>
            {t("New form")}
          </Button>
        )
      }
    >
      <ListCard
        label={t("Forms")}
        query={forms}
        columns={columns(may.write)}
        rowKey={(form) => form.id}
        href={(form) => `/forms/${form.id}`}
        onPage={(page) => setUrl({ page: String(page) }, false)}
        card={(form) => <Small form={form} />}
        empty={
          <EmptyState
            icon={<FileText size={20} aria-hidden />}
            title={t("No forms yet")}
            action={may.write && <Button onPress={() => setNaming(true)}>{t("Make your first form")}</Button>}
          >
            {t("A form asks for an address, sends the confirmation, and tags who comes in.")}
          </EmptyState>
        }
      />
      {naming && (
        <FormDialog
          title={t("New form")}
          open
          onClose={() => setNaming(false)}
          verb={t("Make the form")}
          fields={[
            {
              name: "name",
              label: t("Name"),
              required: true,
              placeholder: t("Weekly letter"),
              help: t("Only you see it."),
            },
          ]}
          save={make}
        />
      )}
    </Page>
  );
}

function columns(write: boolean): Column<FormRow>[] {
  return [
    {
      id: "name",
      label: t("Form"),
      className: "max-w-80",
      cell: (form) => (
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{form.name}</span>
          {form.archived && <Badge>{t("Archived")}</Badge>}
        </span>
      ),
    },
    { id: "people", label: t("Subscribers"), end: true, cell: (form) => number(form.subscribers) },
    {
      id: "visitors",
      label: t("Visitors, 30 days"),
      end: true,
      from: "md",
      cell: (form) => number(form.visitors_30d),
    },
    {
      id: "conversion",
      label: t("Conversion"),
      end: true,
      from: "md",
      cell: (form) => (form.conversion === null ? "–" : percent(form.conversion, 1)),
    },
    {
      id: "made",
      label: t("Made"),
      end: true,
      from: "lg",
      cell: (form) => <span className="text-muted">{day(form.created_at)}</span>,
    },
    ...(write
      ? [
          {
            id: "menu",
            label: t("Actions"),
            silent: true,
            end: true,
            className: "w-12",
            cell: (form: FormRow) => <RowMenu form={form} />,
          },
        ]
      : []),
  ];
}

function RowMenu({ form }: { form: FormRow }) {
  const go = useGo();
  const refresh = useRefresh();
  const duplicate = async () => {
    try {
      const copy = await api.post<{ id: number }>(`/forms/${form.id}/duplicate`);
      await refresh("/forms");
      go(`/forms/${copy.id}`);
    } catch (problem) {
      toastProblem(problem);
    }
  };
  const archive = async (archived: boolean) => {
    try {
      await api.post(`/forms/${form.id}/archive`, { archived });
      await refresh("/forms");
      if (archived) {
        toast(t("{name} is archived. Pages that carry it go on working.", { name: form.name }), () =>
          archive(false),
        );
      } else toast(t("{name} is back.", { name: form.name }));
    } catch (problem) {
      toastProblem(problem);
    }
  };
  return (
    <MenuButton label={t("Actions for {name}", { name: form.name })} size="s" icon={<Ellipsis {...stroke} />}>
      <MenuItem
        icon={<ExternalLink {...stroke} />}
        onAction={() => window.open(`/${form.uid}`, "_blank", "noopener")}
      >
        {t("Open its page")}
      </MenuItem>
      <MenuItem icon={<Copy {...stroke} />} onAction={() => void duplicate()}>
        {t("Duplicate")}
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={form.archived ? <ArchiveRestore {...stroke} /> : <Archive {...stroke} />}
        onAction={() => void archive(!form.archived)}
      >
        {form.archived ? t("Bring back") : t("Archive")}
      </MenuItem>
    </MenuButton>
  );
}

const Small = ({ form }: { form: FormRow }) => (
  <A to={`/forms/${form.id}`} className="card flex min-h-16 items-center justify-between gap-3 px-4 py-3">
    <span className="min-w-0">
      <span className="block truncate text-body font-medium">{form.name}</span>
      <span className="block text-cap text-muted">
        {t("{visitors} visitors in 30 days, {rate} joined", {
          visitors: form.visitors_30d,
          rate: form.conversion === null ? "–" : percent(form.conversion, 1),
        })}
      </span>
    </span>
    <span className="text-num font-semibold tabular-nums">{number(form.subscribers)}</span>
  </A>
);
