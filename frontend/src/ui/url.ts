import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Search } from "./link";

/** Addresses keep plain words: `?state=active&tag=3&tag=7`, never JSON. */
export function parseSearch(text: string): Search {
  const found: Search = {};
  const all = new URLSearchParams(text);
  for (const name of new Set(all.keys())) {
    const values = all.getAll(name);
    found[name] = values.length > 1 ? values : values[0];
  }
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) all.append(name, String(each));
  }
  const text = all.toString();
  return text ? `?${text}` : "";
}

/** Filters, tab, page and sort of a screen live in its address. Setting merges; `undefined` removes. */
export function useUrl<T extends Search = Search>(): [
  Partial<T>,
  (change: Partial<T>, replace?: boolean) => void,
] {
  const search = useSearch({ strict: false }) as Partial<T>;
  const navigate = useNavigate();
  const set = (change: Partial<T>, replace = true) => {
    void navigate({ to: ".", search: (old: Search) => ({ ...old, ...change }), replace } as never);
  };
  return [search, set];
}

export const many = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** A page from an address that somebody may have typed; the first where it is none. */
export function wholePage(page: unknown): number {
  const number = Number(page ?? 1);
  return Number.isInteger(number) && number >= 1 && number <= 1_000_000 ? number : 1;
}
