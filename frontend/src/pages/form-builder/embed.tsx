import type { ReactNode } from "react";
import { n, number, t } from "@/i18n";
import type { FormDetail } from "@/types";
import { CopyButton } from "@/ui/kit";

/** Three ways onto a page, each with its copy button, and the pages that carry the form. */
export function Embed({ form }: { form: FormDetail }) {
  return (
    <div className="divide-y">
      <Way title={t("One line of script")} text={form.embed.script}>
        {t("Paste it where the form should stand. Changes here show up there by themselves.")}
      </Way>
      <Way title={t("Plain HTML")} text={form.embed.html}>
        {t("For pages that allow no scripts, or your own design. Keep the names of the inputs.")}
      </Way>
      <Way title={t("A link")} text={form.embed.link}>
        {t("The form on a page of its own, for a profile or a message.")}
      </Way>
      <Seen form={form} />
    </div>
  );
}

function Way({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className="p-4">
      <header className="flex items-center justify-between gap-3">
        <h3>{title}</h3>
        <CopyButton text={text}>{t("Copy")}</CopyButton>
      </header>
      <p className="text-cap text-muted">{children}</p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keys
        tabIndex={0}
        className="mt-2 max-h-28 overflow-auto rounded-control bg-sunken p-2.5 font-mono text-cap whitespace-pre-wrap wrap-anywhere"
      >
        {text}
      </pre>
    </section>
  );
}

const most = 8;

function Seen({ form }: { form: FormDetail }) {
  return (
    <section className="p-4">
      <h3>{t("Where it was seen")}</h3>
      {form.pages.length === 0 ? (
        <p className="text-cap text-muted">
          {t("On no page yet. The first visitor to a page with the script puts it here.")}
        </p>
      ) : (
        <ul className="mt-1">
          {form.pages.slice(0, most).map((page) => (
            <li key={page.page} className="flex justify-between gap-3 py-0.5 text-cap">
              <span className="min-w-0 truncate">{page.page}</span>
              <span className="whitespace-nowrap text-muted tabular-nums">
                {n("{count} visit", "{count} visits", page.visits)}
              </span>
            </li>
          ))}
          {form.pages.length > most && (
            <li className="py-0.5 text-cap text-muted">
              {t("and {count} more", { count: number(form.pages.length - most) })}
            </li>
          )}
        </ul>
      )}
    </section>
  );
}
