import { useState } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { currentZone, t } from "@/i18n";
import type { Account } from "@/types";
import { Button, Card, ErrorState, FormCard, FormDialog, Pair, Skeleton, toast } from "@/ui/kit";

export function AccountSettings() {
  const may = useMay();
  const refresh = useRefresh();
  const account = useGet<Account>("/account");
  const zones = useGet<{ items: string[] } | string[]>("/time_zones");
  if (account.error && !account.data)
    return <ErrorState problem={account.error} retry={() => void account.refetch()} />;
  if (!account.data) return <Skeleton className="h-96 rounded-card!" />;
  const { data } = account;
  if (!may.admin) return <ReadOnly account={data} />;
  const known = Array.isArray(zones.data) ? zones.data : (zones.data?.items ?? []);
  const names = known.includes(data.time_zone) ? known : [data.time_zone, ...known];
  const save = async (values: Record<string, string | boolean>) => {
    await api.patch("/account", values);
    await refresh("/account", "/session", "/home", "/growth");
    toast(t("Saved."));
  };
  return (
    <>
      <FormCard
        key={`general-${names.length}`}
        title={t("General")}
        fields={[
          { name: "name", label: t("Name"), required: true, help: t("Your letter, as readers know it.") },
          {
            name: "time_zone",
            label: t("Time zone"),
            kind: "select",
            options: names.map((name) => ({ id: name, label: name.replaceAll("_", " ") })),
            help: t(
              "Schedules and charts use this zone's days. A change moves no broadcast that has a time already.",
            ),
          },
        ]}
        values={{ name: data.name, time_zone: data.time_zone || currentZone() }}
        save={save}
      />
      <FormCard
        title={t("Letters come from")}
        fields={[
          { name: "from_name", label: t("Name"), required: true },
          {
            name: "from_email",
            label: t("Address"),
            kind: "email",
            required: true,
            help: t("An address at a domain that your mail service may send for."),
          },
          { name: "reply_to", label: t("Replies go to"), kind: "email", placeholder: t("The same address") },
        ]}
        values={{ from_name: data.from_name, from_email: data.from_email, reply_to: data.reply_to ?? "" }}
        save={save}
      />
      <FormCard
        title={t("Postal address")}
        note={t("The law in many places wants one in every letter. It stands in the footer.")}
        fields={[{ name: "postal_address", label: t("Address"), kind: "area", rows: 3, required: true }]}
        values={{ postal_address: data.postal_address }}
        save={save}
      />
      {may.own && <Ending name={data.name} />}
    </>
  );
}

function Ending({ name }: { name: string }) {
  const [open, setOpen] = useState(false);
  const end = async (values: Record<string, string | boolean>) => {
    await api.delete("/account", values);
    location.assign("/app/");
  };
  return (
    <Card title={t("Delete this account")} padded>
      <p className="text-muted">
        {t("Everything goes: people, letters, forms, reports. Nothing brings it back.")}
      </p>
      <Button variant="danger" className="mt-3" onPress={() => setOpen(true)}>
        {t("Delete the account…")}
      </Button>
      {open && (
        <FormDialog
          title={t("Delete {name}?", { name })}
          lead={t("All its people, letters, forms and reports go for good. Download a backup first.")}
          open
          onClose={() => setOpen(false)}
          verb={t("Delete the account for good")}
          danger
          fields={[
            { name: "name", label: t("Type “{word}” to go on", { word: name }), required: true },
            {
              name: "password",
              label: t("Your password"),
              kind: "password",
              required: true,
              autoComplete: "current-password",
            },
          ]}
          save={end}
        />
      )}
    </Card>
  );
}

const ReadOnly = ({ account }: { account: Account }) => (
  <Card title={t("General")}>
    <dl className="px-4 pt-1.5 pb-3.5">
      <Pair term={t("Name")}>{account.name}</Pair>
      <Pair term={t("Time zone")}>{account.time_zone}</Pair>
      <Pair term={t("From")}>{`${account.from_name} <${account.from_email}>`}</Pair>
      <Pair term={t("Postal address")}>
        <span className="whitespace-pre-line">{account.postal_address}</span>
      </Pair>
    </dl>
  </Card>
);
