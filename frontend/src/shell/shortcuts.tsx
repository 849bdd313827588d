import { useState } from "react";
import { t } from "../i18n";
import { Dialog, Switch } from "../ui/kit";
import { singleKeys, singleKeysStore } from "./keys";

const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const mod = mac ? "⌘" : "Ctrl";

const groups = (): [string, [string[], string][]][] => [
  [
    t("Everywhere"),
    [
      [[mod, "K"], t("Search or jump to")],
      [["/"], t("The same, with one key")],
      [["?"], t("This list")],
      [["Esc"], t("Close what is open")],
    ],
  ],
  [
    t("Go to"),
    [
      [["G", "H"], t("Home")],
      [["G", "S"], t("Subscribers")],
      [["G", "T"], t("Tags")],
      [["G", "F"], t("Forms")],
      [["G", "B"], t("Broadcasts")],
      [["G", "E"], t("Settings")],
    ],
  ],
  [
    t("While writing"),
    [
      [["/"], t("Put a block in")],
      [["Alt", "↑"], t("Move a block or field up")],
      [["Alt", "↓"], t("… and down")],
      [[mod, "B"], t("Bold")],
      [[mod, "I"], t("Italic")],
      [[mod, "Z"], t("Undo")],
    ],
  ],
  [
    t("Charts and lists"),
    [
      [["←", "→"], t("Step through the days")],
      [["Space"], t("Select the row")],
      [["Enter"], t("Open the row")],
    ],
  ],
];

export function Shortcuts({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(singleKeys);
  return (
    <Dialog title={t("Keys")} open onClose={onClose} width="m">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups().map(([title, keys]) => (
          <section key={title}>
            <h3 className="caps mb-1.5">{title}</h3>
            <dl>
              {keys.map(([press, does]) => (
                <div key={press.join()} className="flex min-h-7 items-center justify-between gap-4">
                  <dt>{does}</dt>
                  <dd className="flex gap-1">
                    {press.map((key) => (
                      <kbd
                        key={key}
                        className="min-w-6 rounded-small border bg-sunken px-1.5 text-center font-sans text-cap text-soft"
                      >
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div className="mt-5 border-t pt-4">
        <Switch
          label={t("Single keys")}
          note={t("Off: /, ? and G do nothing by themselves; {mod} K still works.", { mod })}
          on={on}
          onChange={(next) => {
            localStorage.setItem(singleKeysStore, next ? "on" : "off");
            setOn(next);
          }}
        />
      </div>
    </Dialog>
  );
}
