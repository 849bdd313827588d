import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Broadcast() {
  return <Page title={t("Broadcast")}>{null}</Page>;
}
