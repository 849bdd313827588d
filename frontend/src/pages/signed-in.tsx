import { CircleCheck } from "lucide-react";
import { useEffect } from "react";
import { t } from "@/i18n";
import { EmptyState, LinkButton, useTitle } from "@/ui/kit";

/** Where a sign-in beside an open screen ends; the tab closes by itself where the browser lets it. */
export default function SignedIn() {
  useTitle(t("Signed in"));
  useEffect(() => {
    const wait = setTimeout(() => window.close(), 1200);
    return () => clearTimeout(wait);
  }, []);
  return (
    <div className="grid flex-1 place-content-center">
      <EmptyState
        page
        icon={<CircleCheck size={20} className="text-accent" aria-hidden />}
        title={t("You are signed in")}
        action={<LinkButton to="/">{t("Or go home from here")}</LinkButton>}
      >
        {t("Close this tab and go on where you were. Nothing that you typed there is lost.")}
      </EmptyState>
    </div>
  );
}
