import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Home() {
  return <Page title={t("Home")}>{null}</Page>;
}
