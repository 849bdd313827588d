import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Tags() {
  return <Page title={t("Tags")}>{null}</Page>;
}
