import type { ReactNode } from "react";
import { t } from "../i18n";
import { css } from "./css";

export type Tone = "grey" | "ok" | "info" | "warn" | "bad" | "plum";

const tones: Record<Tone, string> = {
  grey: "bg-chip text-soft",
  ok: "bg-accent-soft text-accent",
  info: "bg-info-soft text-info",
  warn: "bg-warn-soft text-warn",
  bad: "bg-danger-soft text-danger",
  plum: "bg-plum-soft text-plum",
};

type BadgeProps = { tone?: Tone; dot?: boolean; icon?: ReactNode; className?: string; children: ReactNode };

export function Badge({ tone = "grey", dot, icon, className, children }: BadgeProps) {
  return (
    <span
      className={css(
        "inline-flex h-4.5 max-w-full items-center gap-1.5 rounded-chip px-2 text-cap font-medium whitespace-nowrap",
        tones[tone],
        className,
      )}
    >
      {dot && <span className="size-1.5 rounded-chip bg-current" />}
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}

/** A coloured square with an icon, at the start of a row. */
export function IconBox({ tone = "grey", children }: { tone?: Tone; children: ReactNode }) {
  const fill = tone === "grey" ? "bg-sunken text-soft" : tones[tone];
  return (
    <span className={css("grid size-7 shrink-0 place-items-center rounded-control", fill)}>{children}</span>
  );
}

const dots = {
  ok: "bg-accent",
  info: "bg-info",
  warn: "bg-yellow",
  bad: "bg-danger",
  grey: "bg-grey",
  plum: "bg-plum",
};

export const Dot = ({ tone, square }: { tone: Tone; square?: boolean }) => (
  <span className={css("inline-block size-2 shrink-0", square ? "rounded-xs" : "rounded-chip", dots[tone])} />
);

export type PersonState = "active" | "inactive" | "cancelled" | "bounced" | "complained";

export const stateWords = (): Record<PersonState, string> => ({
  active: t("Confirmed"),
  inactive: t("Unconfirmed"),
  cancelled: t("Unsubscribed"),
  bounced: t("Bounced"),
  complained: t("Complained"),
});
const stateTones: Record<PersonState, Tone> = {
  active: "ok",
  inactive: "warn",
  cancelled: "grey",
  bounced: "bad",
  complained: "bad",
};

export const StateBadge = ({ state }: { state: string }) => (
  <Badge tone={stateTones[state as PersonState] ?? "grey"}>
    {stateWords()[state as PersonState] ?? state}
  </Badge>
);

const avatarTones = ["info", "ok", "warn", "plum"] as const;
const avatarSizes = {
  s: "size-6 text-caps",
  m: "size-7 text-caps",
  l: "size-9 text-body",
  xl: "size-14 text-heading",
};

function initials(name: string): string {
  const words = name
    .replace(/@.*/, "")
    .split(/[\s._+-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters
    .map((word) => [...(word ?? "?")][0])
    .join("")
    .toUpperCase();
}

/** Initials on a colour that stays with the name. */
export function Avatar({ name, size = "m" }: { name: string; size?: keyof typeof avatarSizes }) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (
    <span
      aria-hidden
      className={css(
        "grid shrink-0 place-items-center rounded-chip font-semibold",
        avatarSizes[size],
        tones[avatarTones[sum % avatarTones.length] ?? "info"],
      )}
    >
      {initials(name)}
    </span>
  );
}

export type MarkKind = "delivered" | "opened" | "clicked" | "dropped";

export const markWords = (): Record<MarkKind, string> => ({
  delivered: t("delivered only"),
  opened: t("opened"),
  clicked: t("clicked"),
  dropped: t("dropped"),
});

/** What became of one email: the shape says it, the colour repeats it. */
export function Mark({
  kind,
  size = 14,
  title,
  bare,
}: {
  kind: MarkKind;
  size?: number;
  title?: string;
  bare?: boolean;
}) {
  const label = title ?? markWords()[kind];
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 14 14"
      className="block shrink-0"
      {...(bare ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
    >
      {!bare && <title>{label}</title>}
      {kind === "delivered" && (
        <>
          <circle cx="7" cy="7" r="5.6" fill="none" stroke="var(--color-grey)" strokeWidth="1.4" />
          <path d="M7 1.4a5.6 5.6 0 0 0 0 11.2z" fill="var(--color-grey)" />
        </>
      )}
      {(kind === "opened" || kind === "clicked") && <circle cx="7" cy="7" r="6.3" fill="var(--color-info)" />}
      {kind === "clicked" && <circle cx="7" cy="7" r="2.3" fill="var(--color-surface)" />}
      {kind === "dropped" && (
        <>
          <circle cx="7" cy="7" r="6.3" fill="var(--color-yellow)" />
          <path d="M4.4 7h5.2" stroke="oklch(0.3 0.05 70)" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )}
    </svg>
  );
}

export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="block shrink-0">
      <rect width="24" height="24" rx="6.5" fill="var(--color-accent)" />
      <path
        d="M5.2 8.3v7.2h13.6V8.3L12 12.6z"
        fill="none"
        stroke="var(--color-on-accent)"
        strokeWidth="1.9"
        strokeLinejoin="round"
      />
    </svg>
  );
}
