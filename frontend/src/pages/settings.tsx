import { useParams } from "@tanstack/react-router";
import { Building2, FlaskConical, KeyRound, Send, ShieldCheck, Users } from "lucide-react";
import { type ComponentType, type ReactNode, useEffect, useRef } from "react";
import { useMay, useSession } from "@/data";
import { t } from "@/i18n";
import { A, css, EmptyState, Page, Remark } from "@/ui/kit";
import { AccountSettings } from "./settings/account";
import { DemoSettings } from "./settings/demo";
import { KeySettings } from "./settings/keys";
import { SecuritySettings } from "./settings/security";
import { SendingSettings } from "./settings/sending";
import { TeamSettings } from "./settings/team";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

type Section = {
  id: string;
  title: string;
  lead: string;
  icon: ReactNode;
  content: ComponentType;
  admin: boolean;
};

function sections(demo: boolean): Section[] {
  const all: Section[] = [
    {
      id: "account",
      title: t("Account"),
      lead: t("Your letter's name, its time zone and what stands in every footer."),
      icon: <Building2 {...stroke} />,
      content: AccountSettings,
      admin: false,
    },
    {
      id: "sending",
      title: t("Sending"),
      lead: t("How emails leave this machine."),
      icon: <Send {...stroke} />,
      content: SendingSettings,
      admin: false,
    },
    {
      id: "team",
      title: t("Team"),
      lead: t("Who works on this account."),
      icon: <Users {...stroke} />,
      content: TeamSettings,
      admin: true,
    },
    {
      id: "keys",
      title: t("API keys"),
      lead: t("For programs, plug-ins and the forms on your pages."),
      icon: <KeyRound {...stroke} />,
      content: KeySettings,
      admin: true,
    },
    {
      id: "security",
      title: t("Your sign-in"),
      lead: t("Password, second factor, passkeys and where you are signed in."),
      icon: <ShieldCheck {...stroke} />,
      content: SecuritySettings,
      admin: false,
    },
  ];
  if (demo) {
    all.push({
      id: "demo",
      title: t("Demo data"),
      lead: t("This account was made to look around."),
      icon: <FlaskConical {...stroke} />,
      content: DemoSettings,
      admin: true,
    });
  }
  return all;
}

export default function Settings() {
  const { section } = useParams({ strict: false }) as { section?: string };
  const { account } = useSession();
  const may = useMay();
  const all = sections(account.is_demo);
  const current = all.find((each) => each.id === (section ?? "account"));
  const Content = current?.content;
  const bar = useRef<HTMLElement>(null);
  // On phones the sections are one line that scrolls: show where one is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each section moves the line
  useEffect(() => {
    const link = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (bar.current && link) bar.current.scrollLeft = link.offsetLeft - 16;
  }, [section]);
  return (
    <Page
      title={current ? `${current.title} · ${t("Settings")}` : t("Settings")}
      heading={<h1>{t("Settings")}</h1>}
      lead={current?.lead}
    >
      <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-[12rem_minmax(0,1fr)]">
        <nav
          ref={bar}
          aria-label={t("Settings")}
          className="relative flex gap-1 overflow-x-auto max-lg:-mx-4 max-lg:px-4 lg:flex-col"
        >
          {all.map((each) => {
            const on = each === current;
            return (
              <A
                key={each.id}
                to={`/settings/${each.id}`}
                aria-current={on ? "page" : undefined}
                className={css(
                  "flex h-8 shrink-0 items-center gap-2.5 rounded-control px-2.5 font-medium whitespace-nowrap max-lg:h-11",
                  on ? "bg-picked text-ink" : "text-soft hover:bg-hover",
                )}
              >
                <span className="text-muted">{each.icon}</span>
                {each.title}
              </A>
            );
          })}
        </nav>
        <div className="flex max-w-2xl min-w-0 flex-col gap-4">
          {!current || !Content ? (
            <EmptyState title={t("There is no such section")} />
          ) : current.admin && !may.admin ? (
            <Remark tone="grey">
              {t("Only an owner or admin of this account can see this. Ask one to change your role.")}
            </Remark>
          ) : (
            <Content />
          )}
        </div>
      </div>
    </Page>
  );
}
