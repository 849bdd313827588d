import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Form() {
  return <Page title={t("Form")}>{null}</Page>;
}
