/** Text and figures in the reader's language. The English sentence is the key. */

type Values = Record<string, string | number>;

let catalogue: Record<string, string> = {};
const named = globalThis.document?.documentElement.lang || "en";
/** The language of the texts in the reader's own region: British readers get British dates. */
export const locale =
  globalThis.navigator?.languages?.find((each) => each.split("-")[0] === named) ?? "en-US";

export function useCatalogue(messages: Record<string, string>): void {
  catalogue = messages;
}

function fill(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value) : value;
  });
}

export function t(text: string, values?: Values): string {
  return fill(catalogue[text] ?? text, values);
}

const plural = new Intl.PluralRules(locale);

/** Picks the singular or the plural sentence; `{count}` stands for the number. */
export function n(one: string, many: string, count: number, values?: Values): string {
  const chosen = plural.select(count) === "one" ? one : many;
  return fill(catalogue[chosen] ?? chosen, { ...values, count });
}

const plain = new Intl.NumberFormat(locale);
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero" });
const listed = new Intl.ListFormat(locale, { type: "conjunction" });

export const number = (value: number): string => plain.format(value);
/** 12431 → "12.4k", as the sidebar shows it. */
export const short = (value: number): string => compact.format(value).replace("K", "k");
export const plusMinus = (value: number): string => signed.format(value);
export const list = (words: string[]): string => listed.format(words);

/** A share in words; without a whole, or without a figure, a dash. */
export function percent(part: number | null, whole: number, digits = 1): string {
  if (!whole || part === null) return "–";
  return new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(part / whole);
}

export function bytes(size: number): string {
  if (size < 1024) return t("{size} bytes", { size });
  const [value, unit] = size < 1024 ** 2 ? [size / 1024, "KB"] : [size / 1024 ** 2, "MB"];
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}

let zone: string | undefined;
/** The account's time zone; every date on a screen is one of its days. */
export function setZone(name: string | undefined): void {
  zone = name;
}
export const currentZone = (): string => zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

type When = string | number | Date;

function format(when: When, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return "–";
  return new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(date);
}

/** "Nov 22, 2026" */
export const day = (when: When): string => format(when, { dateStyle: "medium" });
/** "November 22, 2026" */
export const longDay = (when: When): string => format(when, { dateStyle: "long" });
/** "Thu, Nov 19" */
export const weekday = (when: When): string =>
  format(when, { weekday: "short", month: "short", day: "numeric" });
/** "Sunday, November 22" */
export const fullDay = (when: When): string =>
  format(when, { weekday: "long", month: "long", day: "numeric" });
/** "Nov 19" */
export const shortDay = (when: When): string => format(when, { month: "short", day: "numeric" });
/** "8:04", "18:00" */
export const clock = (when: When): string =>
  format(when, { hour: "numeric", minute: "2-digit", hourCycle: "h23" }).replace(/^0(\d)/, "$1");
/** "Nov 2, 10:14" */
export const moment = (when: When): string => `${shortDay(when)}, ${clock(when)}`;
/** "Mar 3, 2026, 9:40:12" */
export const exact = (when: When): string =>
  format(when, { dateStyle: "medium", timeStyle: "medium", hour12: false } as Intl.DateTimeFormatOptions);
export const part = (when: When, options: Intl.DateTimeFormatOptions): string => format(when, options);

/** A calendar day ("2026-11-22") read as that day, whatever the zone. */
export const calendarDay = (iso: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(new Date(`${iso}T00:00:00Z`));

const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
  ["month", 2629800],
  ["year", 31557600],
];

/** "4 minutes ago", "in 2 days" */
export function ago(when: When, now = Date.now()): string {
  const seconds = (new Date(when).getTime() - now) / 1000;
  if (Math.abs(seconds) < 45) return t("just now");
  let [unit, size] = steps[0]!;
  for (const [name, length] of steps) if (Math.abs(seconds) >= length * 0.95) [unit, size] = [name, length];
  return relative.format(Math.round(seconds / size), unit);
}
