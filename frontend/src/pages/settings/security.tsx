import { Fingerprint, KeyRound, MonitorSmartphone, Smartphone } from "lucide-react";
import type { ReactNode } from "react";
import { api } from "@/api";
import { useAct, useGet, useSession } from "@/data";
import { ago, n, t } from "@/i18n";
import type { SecurityState, SignedIn } from "@/types";
import { Badge, Button, Card, ErrorState, LinkButton, Pair, Skeleton, toast } from "@/ui/kit";

const size = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const page = "/accounts/security";

/** How the person signs in; the pages that change it work without JavaScript. */
export function SecuritySettings() {
  const { user } = useSession();
  const security = useGet<SecurityState>("/security");
  if (security.error && !security.data)
    return <ErrorState problem={security.error} retry={() => void security.refetch()} />;
  if (!security.data) return <Skeleton className="h-72 rounded-card!" />;
  const { has_totp, passkeys: keys, sessions } = security.data;
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
        </ul>
      </Card>
      <Sessions sessions={sessions} />
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

/** "Firefox on Linux" from what a browser says about itself. */
function browser(agent: string): string {
  const name = /Edg\//.test(agent)
    ? "Edge"
    : (/(Firefox|Chrome|Safari|curl)\b/.exec(agent)?.[1] ?? t("A browser"));
  const system = /(iPhone|iPad|Android|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
  return system ? t("{browser} on {system}", { browser: name, system }) : name;
}

function Sessions({ sessions }: { sessions: SignedIn[] }) {
  const end = useAct(
    (session: SignedIn) => api.delete(`/security/sessions/${session.id}`),
    ["/security"],
    () => toast(t("That browser is signed out.")),
  );
  return (
    <Card
      title={t("Where you are signed in")}
      note={n("{count} browser", "{count} browsers", sessions.length)}
    >
      <ul className="mt-2 divide-y border-t">
        {sessions.map((session) => (
          <li key={session.id} className="flex min-h-13 items-center gap-3 px-4 py-2">
            <MonitorSmartphone {...size} className="text-muted" />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{browser(session.user_agent)}</span>
              <span className="block text-cap text-muted">
                {session.ip}, {t("seen {ago}", { ago: ago(session.last_seen_at) })}
              </span>
            </span>
            {session.is_current ? (
              <Badge tone="ok">{t("This one")}</Badge>
            ) : (
              <Button size="s" onPress={() => end.mutate(session)}>
                {t("Sign out")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
