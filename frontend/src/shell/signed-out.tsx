import { LogIn } from "lucide-react";
import { useEffect, useState } from "react";
import { ApiError, api, keepCsrfToken, queries, sentence } from "../api";
import { setExpired } from "../expired";
import { t } from "../i18n";
import type { Session } from "../types";
import { Button, Dialog, LinkButton, Remark } from "../ui/kit";

/** Over a screen whose session has ended: sign in beside it, and go on where you were. */
export function SignedOut({ session }: { session: Session }) {
  const [problem, setProblem] = useState("");
  const look = async (asked: boolean) => {
    try {
      const now = await api.get<Session>("/session");
      // Somebody else, or another account: what stands on this screen is not theirs.
      if (now.user.id !== session.user.id || now.account.id !== session.account.id) return location.reload();
      keepCsrfToken(now.csrf_token);
      queries.setQueryData(["/session", {}], now);
      setExpired(false);
      void queries.invalidateQueries();
    } catch (error) {
      const out = error instanceof ApiError && error.status === 401;
      if (asked) setProblem(out ? t("You are not signed in yet.") : sentence(error));
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: one listener for the time this stands
  useEffect(() => {
    const back = () => void look(false);
    addEventListener("focus", back);
    return () => removeEventListener("focus", back);
  }, []);
  return (
    <Dialog
      title={t("You have been signed out")}
      lead={t("What you typed is still here. Sign in again in a new tab, then go on.")}
      open
      onClose={() => void look(true)}
      footer={
        <>
          <Button onPress={() => void look(true)}>{t("I am signed in, go on")}</Button>
          <LinkButton
            to={`/accounts/sign-in?next=${encodeURIComponent("/app/signed-in")}`}
            out
            target="_blank"
            variant="primary"
            icon={<LogIn size={16} strokeWidth={1.75} aria-hidden />}
          >
            {t("Sign in")}
          </LinkButton>
        </>
      }
    >
      {problem && (
        <div role="alert">
          <Remark tone="warn">{problem}</Remark>
        </div>
      )}
    </Dialog>
  );
}
