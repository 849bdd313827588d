import { Check } from "lucide-react";
import { number, t } from "@/i18n";
import type { Home } from "@/types";
import { A, css } from "@/ui/kit";

/** The first steps; each ticks itself when it is done, and the card leaves after the last. */
export function Checklist({ steps }: { steps: Home["checklist"] }) {
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done)?.key;
  return (
    <section className="card mb-4" aria-label={t("First steps")}>
      <header className="px-4 pt-3.25">
        <h2>
          {t("First steps")}
          <small className="ms-1.5 text-ui font-normal text-muted">
            {t("{done} of {all} done", { done: number(done), all: number(steps.length) })}
          </small>
        </h2>
      </header>
      <ol className="grid gap-1 p-2 pt-2.5 sm:grid-cols-2 lg:grid-cols-5">
        {steps.map((step, place) => (
          <li key={step.key} className={step.done ? "max-sm:hidden" : ""}>
            <A
              to={step.url.replace(/^\/app/, "") || "/"}
              out={!step.url.startsWith("/app")}
              className={css(
                "flex min-h-11 items-center gap-2.5 rounded-control px-2 py-1.5 hover:bg-hover",
                step.key === next && "bg-accent-soft",
              )}
            >
              <span
                className={css(
                  "grid size-5 shrink-0 place-items-center rounded-chip text-caps font-semibold",
                  step.done
                    ? "bg-accent-soft text-accent"
                    : step.key === next
                      ? "bg-accent text-on-accent"
                      : "border border-field text-muted",
                )}
              >
                {step.done ? <Check size={12} strokeWidth={2.5} aria-label={t("Done")} /> : place + 1}
              </span>
              <span className={css("leading-4.5", step.done ? "text-muted" : "font-medium")}>
                {step.title}
              </span>
            </A>
          </li>
        ))}
      </ol>
    </section>
  );
}
