import { useMay } from "@/data";
import { t } from "@/i18n";
import { css, Remark, Segmented, useUrl } from "@/ui/kit";
import { BlockTab } from "./block-tab";
import { blockName, blockOf } from "./blocks";
import { EmailPanel } from "./email-panel";
import { FormTab } from "./form-tab";
import type { EditProps } from "./section";
import { StyleTab } from "./style-tab";

export type Tab = "form" | "style" | "block" | "email";
const tabs: Tab[] = ["form", "style", "block", "email"];

/** Three tabs: the form, its looks, and the part that is selected on the stage. */
export function Inspector({ className, ...props }: EditProps & { className: string }) {
  const [url, setUrl] = useUrl<{ tab: string; block: string }>();
  const may = useMay();
  const tab = tabs.find((each) => each === url.tab) ?? "form";
  const block = blockOf(url.block, props.form);
  const show = (next: string) => setUrl({ tab: next === "form" ? undefined : next });
  return (
    <aside
      aria-label={t("Settings of the form")}
      className={css("relative min-h-0 overflow-y-auto border-s bg-surface p-4 max-lg:border-s-0", className)}
    >
      {/* Viewers look; a fieldset switches every control off at once. */}
      {tab !== "email" && (
        <Segmented
          wide
          label={t("What to set")}
          value={tab}
          onChange={show}
          segments={[
            { id: "form", label: t("Form") },
            { id: "style", label: t("Style") },
            { id: "block", label: blockName(block) },
          ]}
        />
      )}
      {(tab === "form" || tab === "email") && (
        <div role="status" className="mt-3 grid gap-2 empty:hidden">
          {props.form.warnings.map((hint) => (
            <Remark key={hint.code} tone="warn">
              {hint.text}
            </Remark>
          ))}
        </div>
      )}
      <fieldset disabled={!may.write} className="min-w-0">
        {tab === "form" && <FormTab {...props} onEmail={() => show("email")} />}
        {tab === "style" && <StyleTab {...props} />}
        {tab === "block" && <BlockTab {...props} block={block} />}
        {tab === "email" && <EmailPanel {...props} onBack={() => show("form")} />}
      </fieldset>
    </aside>
  );
}
