import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Editor() {
  return <Page title={t("Editor")}>{null}</Page>;
}
