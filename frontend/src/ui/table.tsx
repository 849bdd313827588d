import { ChevronLeft, ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import {
  Column as AriaColumn,
  Table as AriaTable,
  Cell,
  Row,
  type Selection,
  TableBody,
  TableHeader,
} from "react-aria-components";
import { number, t } from "../i18n";
import { Button } from "./button";
import { css } from "./css";
import { Checkbox } from "./fields";
import { useGo } from "./link";

export type Column<T> = {
  id: string;
  label: string;
  cell: (row: T) => ReactNode;
  end?: boolean;
  /** Hides the label for the eye only. */
  silent?: boolean;
  /** Shown from this width of the window on. */
  from?: "md" | "lg" | "xl";
  className?: string;
};

const from = { md: "max-md:hidden", lg: "max-lg:hidden", xl: "max-xl:hidden" };

type TableProps<T> = {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => number | string;
  /** Opens the row's page. */
  href?: (row: T) => string;
  selected?: Selection;
  onSelect?: (keys: Selection) => void;
  tall?: boolean;
  /** A hairline above the header, under a row of tools. */
  ruled?: boolean;
  /** One row as a card, for phones; without it the table stays a table. */
  card?: (row: T) => ReactNode;
};

/** Rows with server paging: keyboard, select-all, cards on phones. */
export function DataTable<T extends object>(props: TableProps<T>) {
  const { label, columns, rows, rowKey, href, selected, onSelect, tall, ruled, card } = props;
  const go = useGo();
  const head = css(
    ruled && "border-t",
    "h-8.5 px-2 text-start text-cap font-medium whitespace-nowrap text-muted first:ps-4 last:pe-4",
  );
  const cell = css("border-t px-2 whitespace-nowrap first:ps-4 last:pe-4", tall ? "h-14.5" : "h-12.25");
  return (
    <div className={css("relative overflow-x-auto", card && "max-sm:hidden")}>
      <AriaTable
        aria-label={label}
        className="w-full border-collapse"
        selectionMode={onSelect ? "multiple" : "none"}
        selectedKeys={selected}
        onSelectionChange={onSelect}
        onRowAction={href ? (key) => go(href(rows.find((row) => rowKey(row) === key) as T)) : undefined}
      >
        <TableHeader>
          {onSelect && (
            <AriaColumn className={css(head, "w-10")}>
              <Checkbox slot="selection" />
            </AriaColumn>
          )}
          {columns.map((column, index) => (
            <AriaColumn
              key={column.id}
              id={column.id}
              isRowHeader={index === 0}
              className={css(
                head,
                column.end && "text-end!",
                column.from && from[column.from],
                column.className,
              )}
            >
              <span className={column.silent ? "sr-only" : ""}>{column.label}</span>
            </AriaColumn>
          ))}
        </TableHeader>
        <TableBody>
          {rows.map((row) => (
            <Row
              key={rowKey(row)}
              id={rowKey(row)}
              className={css(
                "group outline-none data-focus-visible:outline-2 data-focus-visible:-outline-offset-2 data-focus-visible:outline-accent data-hovered:bg-faint data-selected:bg-accent-soft/50",
                href && "cursor-pointer",
              )}
            >
              {onSelect && (
                <Cell className={cell}>
                  <Checkbox slot="selection" />
                </Cell>
              )}
              {columns.map((column) => (
                <Cell
                  key={column.id}
                  className={css(
                    cell,
                    column.end && "text-end tabular-nums",
                    column.from && from[column.from],
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </AriaTable>
    </div>
  );
}

type PagingProps = { page: number; total: number; size: number; onPage: (page: number) => void };

export function Paging({ page, total, size, onPage }: PagingProps) {
  if (total === 0) return null;
  const pages = Math.ceil(total / size);
  const first = (page - 1) * size + 1;
  const last = Math.min(page * size, total);
  return (
    <nav
      aria-label={t("Pages")}
      className="flex items-center justify-between gap-3 border-t px-4 py-2.5 text-muted"
    >
      <span className="tabular-nums">
        {t("{first}–{last} of {total}", { first: number(first), last: number(last), total })}
      </span>
      {pages > 1 && (
        <span className="flex gap-2">
          <Button
            size="s"
            isDisabled={page <= 1}
            onPress={() => onPage(page - 1)}
            icon={<ChevronLeft size={14} aria-hidden />}
          >
            {t("Previous")}
          </Button>
          <Button size="s" isDisabled={page >= pages} onPress={() => onPage(page + 1)}>
            {t("Next")}
            <ChevronRight size={14} aria-hidden />
          </Button>
        </span>
      )}
    </nav>
  );
}
