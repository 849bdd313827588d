import { Trash2 } from "lucide-react";
import { api } from "@/api";
import { t } from "@/i18n";
import { Button, Card, useAsk } from "@/ui/kit";

/** Says what of this account is invented, and takes it away. */
export function DemoSettings() {
  const ask = useAsk();
  const remove = () =>
    ask({
      title: t("Remove the demo data?"),
      body: t(
        "The demo creators, their people, letters and numbers go for good, and so does the demo login. Accounts you made yourself stay as they are.",
      ),
      verb: t("Remove the demo data"),
      danger: true,
      word: t("remove"),
      run: async () => {
        await api.post("/demo/remove");
        location.assign("/");
      },
    });
  return (
    <Card title={t("What is invented here")} padded>
      <ul className="list-disc space-y-1 ps-4 text-soft">
        <li>{t("Every person and every number up to today.")}</li>
        <li>{t("All mail of this account goes into the test inbox, whatever the sending settings say.")}</li>
        <li>{t("A made-up reader opens and clicks what lands there, so that reports move.")}</li>
      </ul>
      <Button
        variant="danger"
        className="mt-4"
        icon={<Trash2 size={16} strokeWidth={1.75} aria-hidden />}
        onPress={remove}
      >
        {t("Remove the demo data…")}
      </Button>
    </Card>
  );
}
