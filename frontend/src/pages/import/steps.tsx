import { Check } from "lucide-react";
import { Fragment } from "react";
import { t } from "@/i18n";
import { css } from "@/ui/kit";

/** Where one is: File, Columns and check, Import. */
export function Steps({ at, done }: { at: 1 | 2 | 3; done?: boolean }) {
  const names = [t("File"), t("Columns and check"), t("Import")];
  return (
    <ol className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1" aria-label={t("Steps")}>
      {names.map((name, index) => {
        const step = index + 1;
        const past = step < at || (done && step === at);
        const here = step === at && !past;
        return (
          <Fragment key={name}>
            {index > 0 && <li aria-hidden className="h-px w-7 bg-field opacity-60 max-sm:hidden" />}
            <li
              aria-current={here ? "step" : undefined}
              className={css("flex items-center gap-2", here ? "font-medium" : "text-muted")}
            >
              <span
                className={css(
                  "grid size-5 place-items-center rounded-chip text-caps font-semibold",
                  past
                    ? "bg-accent-soft text-accent"
                    : here
                      ? "bg-accent text-on-accent"
                      : "border border-field",
                )}
              >
                {past ? <Check size={12} strokeWidth={2.5} aria-label={t("Done")} /> : step}
              </span>
              {name}
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}
