import { Compass } from "lucide-react";
import { t } from "../i18n";
import { EmptyState, LinkButton, useTitle } from "../ui/kit";

export function Missing() {
  useTitle(t("There is no such page"));
  return (
    <div className="grid flex-1 place-content-center">
      <EmptyState
        page
        icon={<Compass size={20} strokeWidth={1.75} aria-hidden />}
        title={t("There is no such page")}
        action={
          <>
            <LinkButton to="/">{t("Go home")}</LinkButton>
            <LinkButton to="/subscribers">{t("See your subscribers")}</LinkButton>
          </>
        }
      >
        {t(
          "The address may be old, or a letter in it is wrong. The search finds people, letters and forms by name.",
        )}
      </EmptyState>
    </div>
  );
}
