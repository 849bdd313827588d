import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Forms() {
  return <Page title={t("Forms")}>{null}</Page>;
}
