/** The shapes of `/api/1/imports`, and how a column's choice is written down. */
import { t } from "@/i18n";

export type Policy = "fill" | "overwrite" | "overwrite_blank" | "keep";
export type Target = "email" | "first_name" | "tags" | "skip" | { field: number } | { new_field: string };
export type Mapped = { to: Target; policy: Policy };

export type ImportColumn = { header: string; samples: string[]; guess: unknown };
export type ImportState = "uploaded" | "running" | "paused" | "finished" | "failed" | "cancelled";

export type Import = {
  id: number;
  state: ImportState;
  file_name: string;
  encoding: string;
  delimiter: string;
  size_bytes: number;
  total_rows: number;
  columns: ImportColumn[];
  mapping: Mapped[];
  add_tags: { id: number; name: string }[] | number[];
  new_state: string;
  source: string;
  cursor: number;
  created_count: number;
  changed_count: number;
  unchanged_count: number;
  left_count: number;
  refused_count: number;
  error: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  undo_token?: string | null;
};

export type Preview = {
  created: number;
  changed: number;
  unchanged: number;
  left: { cancelled: number; bounced: number; complained: number };
  refused: number;
  reasons: { reason: string; text: string; count: number }[];
  changes: {
    email: string;
    name: string;
    field: string;
    before: string | null;
    after: string;
    line: number;
  }[];
  notes: string[];
};

/** An encoding as people name it; others keep their code. */
export function encodingName(code: string): string {
  const name = code.toLowerCase().replace(/_/g, "-");
  if (name.startsWith("utf-8")) return "UTF-8";
  if (name.startsWith("utf-16")) return "UTF-16";
  if (name === "cp1252" || name === "latin-1") return t("Western European");
  return code.toUpperCase();
}

/** A target as the word the select shows: "email", "field:3", "new:City". */
export function keyOf(target: Target): string {
  if (typeof target === "string") return target;
  return "field" in target ? `field:${target.field}` : `new:${target.new_field}`;
}

export function targetOf(key: string): Target {
  if (key.startsWith("field:")) return { field: Number(key.slice(6)) };
  if (key.startsWith("new:")) return { new_field: key.slice(4) };
  return key as Target;
}

/** Only values of a person can be there already; the address finds, tags are added. */
export const hasPolicy = (target: Target): boolean =>
  target === "first_name" || (typeof target === "object" && target !== null);

export const tagIds = (tags: Import["add_tags"]): number[] =>
  tags.map((tag) => (typeof tag === "number" ? tag : tag.id));
