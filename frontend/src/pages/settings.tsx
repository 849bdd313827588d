import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Settings() {
  return <Page title={t("Settings")}>{null}</Page>;
}
