import { t } from "../i18n";
import { LinkButton, Page } from "../ui/kit";

export function Missing() {
  return (
    <Page title={t("There is no such page")} lead={t("The address may be old, or a letter is wrong.")}>
      <LinkButton to="/">{t("Go home")}</LinkButton>
    </Page>
  );
}
