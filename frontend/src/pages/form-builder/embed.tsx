import type { ReactNode } from "react";
import { t } from "@/i18n";
import type { FormDetail } from "@/types";
import { CopyButton } from "@/ui/kit";

/** Three ways onto a page, each with its copy button. */
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
