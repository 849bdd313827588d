import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Inbox() {
  return <Page title={t("Inbox")}>{null}</Page>;
}
