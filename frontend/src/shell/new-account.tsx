import { api } from "../api";
import { useGet } from "../data";
import { currentZone, t } from "../i18n";
import { FormDialog } from "../ui/kit";

/** Another creator's account on this installation. */
export function NewAccount({ onClose }: { onClose: () => void }) {
  const zones = useGet<{ items: string[] }>("/time_zones").data?.items ?? [];
  const here = currentZone();
  const names = zones.includes(here) ? zones : [here, ...zones];
  return (
    <FormDialog
      title={t("New account")}
      lead={t("With its own people, letters and keys. You own it, and can invite its creator.")}
      open
      onClose={onClose}
      verb={t("Make the account")}
      fields={[
        { name: "name", label: t("Name"), required: true, placeholder: t("Slow Mornings") },
        {
          name: "time_zone",
          label: t("Time zone"),
          kind: "select",
          options: names.map((name) => ({ id: name, label: name.replaceAll("_", " ") })),
        },
      ]}
      values={{ name: "", time_zone: here }}
      save={async (values) => {
        await api.post("/accounts", values);
        location.assign("/app/");
      }}
    />
  );
}
