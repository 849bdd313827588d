import { Fingerprint, KeyRound, MonitorSmartphone, Smartphone } from "lucide-react";
import type { ReactNode } from "react";
import { useGet, useSession } from "@/data";
import { n, t } from "@/i18n";
import type { SecurityState } from "@/types";
import { Badge, Card, ErrorState, LinkButton, Pair, Skeleton } from "@/ui/kit";

const size = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const page = "/accounts/security";

/** How the person signs in; the pages that change it work without JavaScript. */
export function SecuritySettings() {
  const { user } = useSession();
  const security = useGet<SecurityState>("/security");
  if (security.error && !security.data)
    return <ErrorState problem={security.error} retry={() => void security.refetch()} />;
  if (!security.data) return <Skeleton className="h-72 rounded-card!" />;
  const { has_totp, passkeys, sessions } = security.data;
  const keys = typeof passkeys === "number" ? passkeys : passkeys.length;
  return (
    <>
      <Card title={t("You")}>
        <dl className="px-4 pt-1.5 pb-3.5">
          <Pair term={t("Name")}>{user.name}</Pair>
          <Pair term={t("Email")}>{user.email}</Pair>
        </dl>
      </Card>
      <Card title={t("Ways to sign in")}>
        <ul className="mt-2 divide-y border-t">
          <Way
            icon={<KeyRound {...size} />}
            title={t("Password")}
            note={t("Long is better than clever.")}
            verb={t("Change it")}
          />
          <Way
            icon={<Smartphone {...size} />}
            title={t("Codes from an app")}
            note={
              has_totp
                ? t("A code is asked after your password. Recovery codes are there too.")
                : t("A second step that a stolen password does not have.")
            }
            badge={<Badge tone={has_totp ? "ok" : "warn"}>{has_totp ? t("On") : t("Off")}</Badge>}
            verb={has_totp ? t("Manage") : t("Switch on")}
          />
          <Way
            icon={<Fingerprint {...size} />}
            title={t("Passkeys")}
            note={
              keys ? t("Sign in with your finger, face or key.") : t("No password to type, none to steal.")
            }
            badge={keys ? <Badge tone="ok">{String(keys)}</Badge> : undefined}
            verb={keys ? t("Manage") : t("Add one")}
          />
          <Way
            icon={<MonitorSmartphone {...size} />}
            title={t("Where you are signed in")}
            note={n("{count} browser", "{count} browsers", sessions.length)}
            verb={t("See and sign out")}
          />
        </ul>
      </Card>
    </>
  );
}

type WayProps = { icon: ReactNode; title: string; note: string; badge?: ReactNode; verb: string };

const Way = ({ icon, title, note, badge, verb }: WayProps) => (
  <li className="flex min-h-14 flex-wrap items-center gap-3 px-4 py-2.5">
    <span className="text-muted">{icon}</span>
    <span className="min-w-40 flex-1">
      <span className="flex items-center gap-2 font-medium">
        {title} {badge}
      </span>
      <span className="block text-cap text-muted">{note}</span>
    </span>
    <LinkButton size="s" to={page} out>
      {verb}
    </LinkButton>
  </li>
);
