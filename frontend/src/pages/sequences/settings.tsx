import { useState } from "react";
import { api } from "@/api";
import { useAct, useMay, useRefresh } from "@/data";
import { n, t } from "@/i18n";
import { Card, FormDialog, Switch, TextButton, useAsk } from "@/ui/kit";
import type { Sequence } from "./shapes";

type Switches = Partial<Pick<Sequence, "active" | "hold" | "repeat">>;

/** What the sequence does with people, each with its consequence. */
export function Settings({ sequence }: { sequence: Sequence }) {
  const may = useMay();
  const ask = useAsk();
  const path = `/sequences/${sequence.id}`;
  const change = useAct((part: Switches) => api.patch<Sequence>(path, part), ["/sequences"]);
  const { at_end: atEnd, waits, on_way: onWay } = sequence.people;
  const set = (part: Switches) => change.mutate(part);
  const switchOn = () =>
    waits === 0
      ? set({ active: true })
      : ask({
          title: t("Switch {name} on?", { name: sequence.name }),
          body: n(
            "{count} person waits. If their time has passed meanwhile, the next email leaves at once.",
            "{count} people wait. Where the time has passed meanwhile, the next email leaves at once.",
            waits,
          ),
          verb: t("Switch it on"),
          run: () => change.mutateAsync({ active: true }),
        });
  const endHold = () =>
    atEnd === 0
      ? set({ hold: false })
      : ask({
          title: t("Let people complete at the end?"),
          body: n(
            "{count} person who stands at the end completes the sequence now and gets nothing you add later.",
            "{count} people who stand at the end complete the sequence now and get nothing you add later.",
            atEnd,
          ),
          verb: n("Complete {count} person", "Complete {count} people", atEnd),
          run: () => change.mutateAsync({ hold: false }),
        });
  return (
    <div className="flex flex-col gap-4">
      <Card title={t("How it runs")}>
        <div className="flex flex-col gap-4 px-4 pt-3 pb-4">
          <Switch
            label={t("Active")}
            on={sequence.active}
            disabled={!may.write || change.isPending}
            onChange={(on) => (on ? switchOn() : set({ active: false }))}
            note={
              sequence.active
                ? t("Each email leaves in its time.")
                : n(
                    "Nothing leaves. {count} person stays where they are.",
                    "Nothing leaves. {count} people stay where they are.",
                    waits + onWay + atEnd,
                  )
            }
          />
          <Switch
            label={t("Hold at the end")}
            on={sequence.hold}
            disabled={!may.write || change.isPending}
            onChange={(on) => (on ? set({ hold: true }) : endHold())}
            note={
              sequence.hold
                ? t("Who had the last email stays and gets what you add behind it.")
                : t("Who had the last email has completed it and gets nothing you add later.")
            }
          />
          <Switch
            label={t("Repeat")}
            on={sequence.repeat}
            disabled={!may.write || change.isPending}
            onChange={(on) => set({ repeat: on })}
            note={
              sequence.repeat
                ? t("Who is added again after the end, or after leaving, starts over.")
                : t("Nobody gets an email twice: who is added again goes on where they stood.")
            }
          />
        </div>
      </Card>
      <Sender sequence={sequence} />
    </div>
  );
}

function Sender({ sequence }: { sequence: Sequence }) {
  const may = useMay();
  const refresh = useRefresh();
  const [editing, setEditing] = useState(false);
  const own = sequence.from_name || sequence.from_email;
  return (
    <Card
      title={t("From")}
      aside={may.write && <TextButton onPress={() => setEditing(true)}>{t("Change")}</TextButton>}
    >
      <p className="px-4 pt-2 pb-4 wrap-anywhere">
        {own ? (
          [sequence.from_name, sequence.from_email].filter(Boolean).join(", ")
        ) : (
          <span className="text-muted">{t("The account's name and address.")}</span>
        )}
      </p>
      {editing && (
        <FormDialog
          title={t("From whom it comes")}
          lead={t("It holds for every email of the sequence from now on.")}
          open
          onClose={() => setEditing(false)}
          verb={t("Save")}
          values={{ from_name: sequence.from_name, from_email: sequence.from_email }}
          fields={[
            { name: "from_name", label: t("Name"), help: t("Empty: the account's.") },
            { name: "from_email", label: t("Address"), kind: "email", help: t("Empty: the account's.") },
          ]}
          save={async (values) => {
            await api.patch(`/sequences/${sequence.id}`, values);
            await refresh("/sequences");
          }}
        />
      )}
    </Card>
  );
}
