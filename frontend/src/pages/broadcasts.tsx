import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Broadcasts() {
  return <Page title={t("Broadcasts")}>{null}</Page>;
}
