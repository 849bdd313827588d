import { Compass } from "lucide-react";
import { t } from "../i18n";
import { EmptyState, LinkButton } from "../ui/kit";

export function Missing() {
  return (
    <EmptyState
      icon={<Compass size={20} aria-hidden />}
      title={t("There is no such page")}
      action={<LinkButton to="/">{t("Go home")}</LinkButton>}
    >
      {t("The address may be old, or a letter is wrong.")}
    </EmptyState>
  );
}
