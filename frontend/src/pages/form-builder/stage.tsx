import { ChevronRight, CircleCheck, LayoutTemplate, Mail, MessageSquare } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import { list, t } from "@/i18n";
import type { FormDetail } from "@/types";
import { css } from "@/ui/kit";
import type { Block } from "./blocks";
import { Drawn } from "./drawn";
import { isCard } from "./looks";

export type View = "edit" | "desktop" | "mobile" | "dark";

type Props = {
  form: FormDetail;
  view: View;
  className: string;
  /** The part that is selected; null while the whole form is. */
  chosen: Block | null;
  onSelect: (block: Block | null) => void;
  onMove: (key: string, by: number) => void;
};

/** The form on a stand-in page, and under it what the reader goes through. */
export function Stage({ form, view, className, chosen, onSelect, onMove }: Props) {
  const width = view === "mobile" ? "max-w-97.5" : "max-w-190";
  return (
    <section
      aria-label={t("Preview")}
      className={css("relative min-w-0 overflow-auto bg-sunken px-4 py-6", className)}
    >
      <div
        className={css("card mx-auto overflow-hidden text-ink", width)}
        style={(view === "dark" ? { colorScheme: "dark" } : undefined) as CSSProperties}
      >
        <div className="flex h-9 items-center gap-1.5 border-b bg-faint px-3.5" aria-hidden>
          <i className="size-2.25 rounded-chip bg-line" />
          <i className="size-2.25 rounded-chip bg-line" />
          <i className="size-2.25 rounded-chip bg-line" />
          <span className="mx-auto -translate-x-5 text-cap text-muted">{t("your-site.example/a-page")}</span>
        </div>
        <div className={view === "mobile" ? "px-5 py-7" : "px-5 py-7.5 sm:px-14"}>
          <Filler widths={["w-full", "w-[97%]", "w-[99%]", "w-3/5"]} title />
          <div
            className={css(
              "relative my-10",
              view === "edit" && "rounded-card outline-2 outline-accent",
              isCard(form.style) ? "outline-offset-4" : "max-w-120 outline-offset-12",
            )}
          >
            {view === "edit" && (
              <button
                type="button"
                onClick={() => onSelect(null)}
                className={css(
                  "absolute flex h-6 items-center gap-1.75 rounded-small bg-accent px-2 text-cap font-medium text-on-accent max-sm:h-11",
                  isCard(form.style)
                    ? "-end-1.5 -top-8 max-sm:-top-13"
                    : "-end-3.5 -top-9.5 max-sm:-top-14.5",
                )}
              >
                <LayoutTemplate size={12} aria-hidden />
                {t("Form, inline")}
              </button>
            )}
            <Drawn
              form={form}
              narrow={view === "mobile"}
              chosen={chosen}
              onSelect={view === "edit" ? onSelect : undefined}
              onMove={onMove}
            />
          </div>
          <Filler widths={["w-[98%]", "w-full", "w-[94%]"]} />
        </div>
      </div>
      <After form={form} className={width} />
    </section>
  );
}

const Filler = ({ widths, title }: { widths: string[]; title?: boolean }) => (
  <div aria-hidden className="grid gap-2.75">
    {title && <i className="mb-1.5 block h-5 w-2/5 rounded-chip bg-line" />}
    {widths.map((width) => (
      <i key={width} className={css("block h-2.25 rounded-chip bg-hover", width)} />
    ))}
  </div>
);

/** Retells the settings as the reader's way. */
function After({ form, className }: { form: FormDetail; className: string }) {
  const said =
    form.success_action === "redirect"
      ? t("They go to {url}", { url: form.redirect_url || t("a page you name") })
      : `“${form.success_message}”`;
  const second = form.auto_confirm
    ? form.incentive_enabled
      ? t("They are in at once; the email brings the gift.")
      : t("They are in at once; no email goes out.")
    : form.incentive_enabled
      ? t("Email “{subject}”. Until they click, they get no letters.", { subject: form.incentive_subject })
      : t("No email asks them, so they are in at once.");
  const tags = form.tags.map((tag) => tag.name);
  const third = tags.length
    ? t("Tagged {tags}, and your next letter reaches them.", { tags: list(tags) })
    : t("Your next letter reaches them.");
  return (
    <div className={css("mx-auto mt-5.5", className)}>
      <h2 className="caps mb-2">{t("After the button")}</h2>
      <ol className="grid items-center gap-2 md:grid-cols-[1fr_1rem_1fr_1rem_1fr]">
        <Step icon={<MessageSquare size={15} aria-hidden />} title={t("1. They read")}>
          {said}
        </Step>
        <Arrow />
        <Step
          icon={<Mail size={15} aria-hidden />}
          title={form.auto_confirm || !form.incentive_enabled ? t("2. No waiting") : t("2. They confirm")}
        >
          {second}
        </Step>
        <Arrow />
        <Step
          icon={<CircleCheck size={15} className="text-accent" aria-hidden />}
          title={t("3. They are in")}
        >
          {third}
        </Step>
      </ol>
    </div>
  );
}

const Arrow = () => (
  <li aria-hidden className="text-muted max-md:hidden">
    <ChevronRight size={16} />
  </li>
);

const Step = ({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) => (
  <li className="card h-full min-h-21 px-3.25 py-2.75">
    <p className="flex items-center gap-2 font-medium">
      <span className="text-muted">{icon}</span>
      {title}
    </p>
    <p className="mt-1 line-clamp-3 text-cap leading-4.25 wrap-anywhere text-muted">{children}</p>
  </li>
);
