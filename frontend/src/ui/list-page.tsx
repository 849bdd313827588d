import { type ReactNode, useEffect } from "react";
import type { Selection } from "react-aria-components";

/** Keys of selected rows; "all" is everybody who fits the filter. */
export type Selected = Selection;

import { t } from "../i18n";
import { Button } from "./button";
import { EmptyState, ErrorState, SkeletonRows } from "./states";
import { type Column, DataTable, Paging } from "./table";

/** A page of a list, as `/api/1` answers it. */
export type Listing<T> = { items: T[]; page?: number; per_page?: number; total?: number };

type ListProps<T> = {
  label: string;
  columns: Column<T>[];
  rowKey: (row: T) => number | string;
  href?: (row: T) => string;
  /** A TanStack query of a listing. */
  query: {
    data?: Listing<T>;
    error: unknown;
    isPending: boolean;
    isFetching?: boolean;
    refetch: () => unknown;
  };
  /** Filters above the table. */
  tools?: ReactNode;
  /** Shown in place of the tools while rows are selected. */
  bulk?: (selected: Selection, clear: () => void) => ReactNode;
  selected?: Selection;
  onSelect?: (keys: Selection) => void;
  empty: ReactNode;
  /** A filter is on, so an empty list means "nothing fits". */
  filtered?: boolean;
  onClearFilter?: () => void;
  onPage?: (page: number) => void;
  card?: (row: T) => ReactNode;
  tall?: boolean;
};

/** A list in a card, with its loading, empty, error and "filtered to nothing" states. */
export function ListCard<T extends object>(props: ListProps<T>) {
  const { query, tools, bulk, selected, onSelect, empty, filtered, onClearFilter, onPage, card } = props;
  const listing = query.data;
  const chosen = selected === "all" || (selected && selected.size > 0);
  const rows = listing?.items ?? [];
  // A page behind the last one, from an old address or after deletions: the last one is meant.
  const { total = 0, page = 1, per_page: size = 50 } = listing ?? {};
  const beyond = !!onPage && rows.length === 0 && total > 0 && page > 1;
  useEffect(() => {
    if (beyond && !query.isFetching) onPage(Math.max(1, Math.ceil(total / size)));
  }, [beyond, query.isFetching, onPage, total, size]);
  const nothing = !query.isPending && !query.error && rows.length === 0;
  return (
    <section
      className="card sm:overflow-hidden max-sm:border-0 max-sm:bg-transparent max-sm:shadow-none"
      aria-label={props.label}
    >
      {bulk && chosen && selected ? bulk(selected, () => onSelect?.(new Set())) : tools}
      {query.error && !listing ? (
        <ErrorState problem={query.error} retry={() => void query.refetch()} />
      ) : query.isPending || beyond ? (
        <SkeletonRows rows={8} />
      ) : nothing && filtered ? (
        <EmptyState
          title={t("Nothing fits")}
          action={onClearFilter && <Button onPress={onClearFilter}>{t("Show everything")}</Button>}
        >
          {t("No row fits these filters. Take one away to see more.")}
        </EmptyState>
      ) : nothing ? (
        empty
      ) : (
        <div className={query.isFetching ? "opacity-80" : ""} aria-busy={query.isFetching}>
          <DataTable {...props} rows={rows} ruled={!!tools} />
          {card && (
            <ul className="flex flex-col gap-2 sm:hidden">
              {rows.map((row) => (
                <li key={props.rowKey(row)}>{card(row)}</li>
              ))}
            </ul>
          )}
        </div>
      )}
      {listing?.total !== undefined && onPage && !beyond && (
        <Paging page={page} total={total} size={size} onPage={onPage} />
      )}
    </section>
  );
}
