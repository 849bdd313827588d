import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { number, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import {
  Button,
  type Column,
  EmptyState,
  ListCard,
  MenuButton,
  MenuItem,
  SearchField,
  toast,
  useAsk,
  useUrl,
} from "@/ui/kit";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

/** What a list of named things (tags, custom fields) says and does; the rest is the same for all. */
export type Kind<Row> = {
  path: string;
  label: string;
  columns: Column<Row>[];
  name: (row: Row) => string;
  people: { label: string; count: (row: Row) => number };
  search: string;
  empty: { icon: ReactNode; title: string; text: string; verb: string };
  /** What deleting one takes away, with numbers; `word` is typed first where it cannot be made good. */
  remove: (row: Row) => { title: string; body: string; verb: string; word?: string; done: string };
};

type Props<Row> = { kind: Kind<Row>; onName: (naming: { id?: number; name: string }) => void };

/** A list of names: searched, paged, renamed, deleted after a question. */
export function NamedList<Row extends { id: number }>({ kind, onName }: Props<Row>) {
  const may = useMay();
  const ask = useAsk();
  const refresh = useRefresh();
  const [url, setUrl] = useUrl<{ q: string; page: string }>();
  const q = url.q ?? "";
  const rows = useGet<PageOf<Row>>(kind.path, { q, page: Number(url.page ?? 1) || 1 });
  const remove = (row: Row) => {
    const { done, ...question } = kind.remove(row);
    ask({
      ...question,
      danger: true,
      run: async () => {
        const gone = await api.delete<{ undo_token?: string } | undefined>(`${kind.path}/${row.id}`);
        const again = () => refresh(kind.path, "/subscribers", "/forms");
        await again();
        const undo = async () => {
          await api.post("/undo", { token: gone?.undo_token });
          await again();
        };
        toast(done, gone?.undo_token ? undo : undefined);
      },
    });
  };
  const people: Column<Row> = {
    id: "people",
    label: kind.people.label,
    end: true,
    cell: (row) => number(kind.people.count(row)),
  };
  const menu: Column<Row> = {
    id: "menu",
    label: t("Actions"),
    silent: true,
    end: true,
    className: "w-12",
    cell: (row) => (
      <MenuButton
        label={t("Actions for {name}", { name: kind.name(row) })}
        size="s"
        icon={<Ellipsis {...stroke} />}
      >
        <MenuItem icon={<Pencil {...stroke} />} onAction={() => onName({ id: row.id, name: kind.name(row) })}>
          {t("Rename")}
        </MenuItem>
        <MenuItem danger icon={<Trash2 {...stroke} />} onAction={() => remove(row)}>
          {t("Delete…")}
        </MenuItem>
      </MenuButton>
    ),
  };
  return (
    <ListCard
      label={kind.label}
      query={rows}
      columns={[...kind.columns, people, ...(may.write ? [menu] : [])]}
      rowKey={(row) => row.id}
      filtered={!!q}
      onClearFilter={() => setUrl({ q: undefined, page: undefined })}
      onPage={(page) => setUrl({ page: String(page) }, false)}
      tools={
        <div className="p-2.5 max-sm:px-0">
          <SearchField
            label={kind.search}
            value={q}
            onChange={(text) => setUrl({ q: text || undefined, page: undefined })}
            className="w-80 max-sm:w-full"
          />
        </div>
      }
      empty={
        <EmptyState
          icon={kind.empty.icon}
          title={kind.empty.title}
          action={may.write && <Button onPress={() => onName({ name: "" })}>{kind.empty.verb}</Button>}
        >
          {kind.empty.text}
        </EmptyState>
      }
    />
  );
}
