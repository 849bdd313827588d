import { n, t } from "@/i18n";
import { Select } from "@/ui/kit";
import type { Email } from "./shapes";

type Props = { email: Email; edit: (part: Partial<Email>) => void; locked: boolean };

/** When it leaves: so many days or hours after the one before. */
export function Delay({ email, edit, locked }: Props) {
  const most = email.delay_unit === "hours" ? 87_600 : 3650;
  return (
    <div className="grid min-h-9 grid-cols-[4.25rem_minmax(0,1fr)] items-center px-4 py-1.5">
      <span className="text-muted">{t("When")}</span>
      <span className="flex flex-wrap items-center gap-2">
        <input
          type="number"
          min={0}
          max={most}
          step={1}
          aria-label={t("How long it waits")}
          readOnly={locked}
          value={email.delay_value}
          onChange={(event) => {
            const value = Math.trunc(Number(event.target.value));
            if (value >= 0 && value <= most) edit({ delay_value: value });
          }}
          className="field-box h-8 w-20 px-2.5 tabular-nums max-sm:h-11"
        />
        <Select
          label={t("Days or hours")}
          hideLabel
          className="w-28"
          value={email.delay_unit}
          disabled={locked}
          onChange={(unit) => {
            const delay_unit = unit === "hours" ? "hours" : "days";
            edit({
              delay_unit,
              delay_value: Math.min(email.delay_value, delay_unit === "days" ? 3650 : 87_600),
            });
          }}
          options={[
            { id: "days", label: t("days") },
            { id: "hours", label: t("hours") },
          ]}
        />
        <span className="text-muted">
          {email.position === 1 ? t("after somebody is added") : t("after the one before")}
          {email.waiting > 0 &&
            `. ${n("{count} person waits for it and follows this.", "{count} people wait for it and follow this.", email.waiting)}`}
        </span>
      </span>
    </div>
  );
}
