import { t } from "../i18n";
import { Page } from "../ui/kit";

export default function Profile() {
  return <Page title={t("Profile")}>{null}</Page>;
}
