import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Import() {
  return <Page title={t("Import")}>{null}</Page>;
}
