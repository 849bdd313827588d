import type { CSSProperties, KeyboardEvent, ReactNode } from "react";
import { t } from "@/i18n";
import type { FormDetail } from "@/types";
import { css, Unseen } from "@/ui/kit";
import type { Block } from "./blocks";
import { isCard, textOn, usual } from "./looks";

type Props = {
  form: FormDetail;
  narrow: boolean;
  chosen: Block | null;
  /** Left out where the form is only looked at. */
  onSelect?: (block: Block) => void;
  onMove: (key: string, by: number) => void;
};

type PartProps = { of: Block; label: string; move?: (by: number) => void; children: ReactNode };

/** The form as its page shows it; while editing, each part of it is a button. */
export function Drawn({ form, narrow, chosen, onSelect, onMove }: Props) {
  const { style } = form;
  const radius = style.radius ?? usual.radius;
  const paper = style.background;
  const card = isCard(style);
  const accent = style.accent ?? undefined;
  const inner = { borderRadius: Math.min(radius, 16) };
  const beside = !!form.picture && style.picture_place !== "top";
  const colours: CSSProperties = paper
    ? { background: paper, color: textOn(paper), colorScheme: textOn(paper) === "#ffffff" ? "dark" : "light" }
    : {};
  const quiet = paper ? "" : "text-soft";
  const part = (props: PartProps) => (
    <Part key={props.of} {...props} on={chosen === props.of} onSelect={onSelect} />
  );
  const field = (of: Block, label: string, hint: string, move?: (by: number) => void) =>
    part({
      of,
      label: t("Edit the field {name}", { name: label }),
      move,
      children: (
        <>
          <span className={css("mb-1.5 block text-label font-medium", quiet)}>{label}</span>
          <span
            className="flex h-9.5 items-center border px-2.5 text-ui"
            style={{
              ...inner,
              borderColor: paper ? "color-mix(in srgb, currentColor 60%, transparent)" : "var(--color-field)",
              background: paper ? "transparent" : "var(--color-surface)",
            }}
          >
            <span className={paper ? "opacity-75" : "text-muted"}>{hint}</span>
          </span>
        </>
      ),
    });
  return (
    <div
      className={css(
        "flex overflow-hidden",
        beside && !narrow ? "max-sm:flex-col" : "flex-col",
        card && "border",
        beside ? "max-w-180" : "max-w-120",
        beside || !card ? "" : "mx-auto w-full",
      )}
      style={{ ...colours, borderRadius: style.radius ?? (card ? 12 : 0) }}
    >
      {form.picture && (
        <div
          className={css("relative", beside && !narrow ? "min-h-45 w-[37%] max-sm:w-full" : "aspect-[16/7]")}
        >
          {part({
            of: "picture",
            label: t("Edit the picture"),
            children: (
              <img
                src={form.picture.url}
                alt={style.picture_alt ?? ""}
                className="absolute inset-0 size-full object-cover"
              />
            ),
          })}
        </div>
      )}
      <div className={css("grid min-w-0 flex-1 gap-3", card && "p-6 sm:p-7.5")}>
        {(form.heading || onSelect) &&
          part({
            of: "heading",
            label: t("Edit the heading"),
            children: (
              <span className="block font-serif text-display font-medium tracking-tight">
                {form.heading || <Missing>{t("Heading")}</Missing>}
              </span>
            ),
          })}
        {(form.description || onSelect) &&
          part({
            of: "text",
            label: t("Edit the text"),
            children: (
              <span className={css("block text-body leading-5.25 whitespace-pre-line", quiet)}>
                {form.description ? words(form.description) : <Missing>{t("A sentence about it")}</Missing>}
              </span>
            ),
          })}
        {form.fields.map((each) =>
          field(
            `field:${each.key}`,
            each.label + (each.required ? " *" : ""),
            each.key === "first_name" ? t("How should I greet you?") : "",
            (by) => onMove(each.key, by),
          ),
        )}
        {field("email", t("Email"), "you@example.com")}
        {part({
          of: "button",
          label: t("Edit the button"),
          children: (
            <span
              className="flex min-h-10 items-center justify-center bg-accent px-3 py-2 text-body font-medium text-on-accent"
              style={accent ? { ...inner, background: accent, color: textOn(accent) } : inner}
            >
              <span className="truncate">{form.button_text}</span>
            </span>
          ),
        })}
        {(form.note || onSelect) &&
          part({
            of: "note",
            label: t("Edit the note"),
            children: (
              <span
                className={css("block text-center text-cap whitespace-pre-line", paper ? "" : "text-muted")}
              >
                {form.note ? words(form.note) : <Missing>{t("A line under the button")}</Missing>}
              </span>
            ),
          })}
      </div>
    </div>
  );
}

/** Texts may hold a little HTML; here they are words. */
const words = (html: string): string =>
  new DOMParser().parseFromString(html.replace(/<br\s*\/?>/gi, "\n"), "text/html").body.textContent ?? "";

const Missing = ({ children }: { children: ReactNode }) => <span className="italic">{children}</span>;

function Part({
  of,
  label,
  move,
  on,
  onSelect,
  children,
}: PartProps & { on: boolean; onSelect?: (block: Block) => void }) {
  if (!onSelect) return <div className={of === "picture" ? "contents" : ""}>{children}</div>;
  const onKey = (event: KeyboardEvent) => {
    if (!move || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => onSelect(of)}
      onKeyDown={onKey}
      className={css(
        "block text-start",
        of === "picture"
          ? "absolute inset-0 -outline-offset-2"
          : "w-full rounded-small outline-offset-3 max-sm:min-h-11",
        on ? "outline-2 outline-accent" : "hover:outline hover:outline-accent-mid",
      )}
    >
      <Unseen>{label}</Unseen>
      {children}
    </button>
  );
}
