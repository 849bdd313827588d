import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Subscribers() {
  return <Page title={t("Subscribers")}>{null}</Page>;
}
