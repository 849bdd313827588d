import { useLocation } from "@tanstack/react-router";
import {
  ChevronsUpDown,
  FileText,
  House,
  Inbox,
  ListOrdered,
  LogOut,
  Mail,
  Monitor,
  Moon,
  Package,
  Plus,
  Receipt,
  Search as SearchIcon,
  Settings,
  Shield,
  Sun,
  Tag,
  Users,
  Webhook,
} from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { api, csrf, queries } from "../api";
import { short, t } from "../i18n";
import type { Session } from "../types";
import { A, Avatar, css, Logo, MenuButton, MenuGroup, MenuItem, MenuLine, toastProblem } from "../ui/kit";

const NewAccount = lazy(() => import("./new-account").then((part) => ({ default: part.NewAccount })));

type Entry = { to: string; label: string; icon: ReactNode; count?: string };
type Group = { title?: string; entries: Entry[] };

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

function groups(session?: Session): Group[] {
  const people = session?.counts.subscribers_active;
  const rehearsing = session && (session.outlet.kind === "inbox" || session.account.is_demo);
  const waiting = session?.counts.inbox;
  return [
    {
      entries: [
        { to: "/", label: t("Home"), icon: <House {...icon} /> },
        {
          to: "/subscribers",
          label: t("Subscribers"),
          icon: <Users {...icon} />,
          count: people ? short(people) : undefined,
        },
        { to: "/tags", label: t("Tags"), icon: <Tag {...icon} /> },
      ],
    },
    { title: t("Grow"), entries: [{ to: "/forms", label: t("Forms"), icon: <FileText {...icon} /> }] },
    {
      title: t("Send"),
      entries: [
        { to: "/broadcasts", label: t("Broadcasts"), icon: <Mail {...icon} /> },
        { to: "/sequences", label: t("Sequences"), icon: <ListOrdered {...icon} /> },
        ...(rehearsing
          ? [
              {
                to: "/inbox",
                label: t("Test inbox"),
                icon: <Inbox {...icon} />,
                count: waiting ? short(waiting) : undefined,
              },
            ]
          : []),
      ],
    },
    {
      title: t("Automate"),
      entries: [{ to: "/webhooks", label: t("Webhooks"), icon: <Webhook {...icon} /> }],
    },
    {
      title: t("Sell"),
      entries: [
        { to: "/products", label: t("Products"), icon: <Package {...icon} /> },
        { to: "/purchases", label: t("Purchases"), icon: <Receipt {...icon} /> },
      ],
    },
  ];
}

export function Sidebar({ session, onSearch }: { session?: Session; onSearch: () => void }) {
  return (
    <div className="flex h-full flex-col overflow-y-auto px-3 pt-4">
      <A
        to="/"
        className="flex h-6 items-center gap-2 self-start rounded-control px-2 font-serif text-heading tracking-tight"
      >
        <Logo />
        Postroom
      </A>
      <AriaButton
        onPress={onSearch}
        className="mt-4.5 flex h-8 shrink-0 items-center gap-2 rounded-control border bg-surface px-2.5 text-muted shadow-card hover:bg-hover"
      >
        <SearchIcon size={14} strokeWidth={1.75} aria-hidden />
        {t("Search or jump to…")}
        <kbd className="ms-auto font-sans text-caps font-medium">
          {/Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K"}
        </kbd>
      </AriaButton>
      <nav aria-label={t("Main")} className="mt-3 grid gap-px">
        {groups(session).map((group) => (
          <div key={group.title ?? ""} className="grid gap-px">
            {group.title && <p className="caps px-2.5 pt-3.25 pb-1.25">{group.title}</p>}
            {group.entries.map((entry) => (
              <NavLink key={entry.to} {...entry} />
            ))}
          </div>
        ))}
      </nav>
      <div className="mt-auto pt-6 pb-2">
        <nav aria-label={t("Your account")} className="mb-2">
          <NavLink to="/settings" label={t("Settings")} icon={<Settings {...icon} />} />
        </nav>
        <div className="flex items-center gap-1 border-t pt-1.5">
          {session && <AccountMenu session={session} />}
          <ThemeMenu />
        </div>
      </div>
    </div>
  );
}

function NavLink({ to, label, icon: image, count }: Entry) {
  const path = useLocation({ select: (location) => location.pathname });
  const on = to === "/" ? path === "/" || path === "" : path === to || path.startsWith(`${to}/`);
  return (
    <A
      to={to}
      aria-current={on ? "page" : undefined}
      className={css(
        "flex h-8 items-center gap-2.5 rounded-control px-2.5 font-medium max-lg:h-11",
        on ? "bg-accent-soft text-accent" : "text-soft hover:bg-hover [&>svg]:text-muted",
      )}
    >
      {image}
      {label}
      {count && (
        <span className={css("ms-auto text-cap font-normal tabular-nums", on ? "" : "text-muted")}>
          {count}
        </span>
      )}
    </A>
  );
}

function signOut(): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/accounts/sign-out";
  const token = document.createElement("input");
  token.name = "csrfmiddlewaretoken";
  token.value = csrf();
  form.append(token);
  document.body.append(form);
  form.submit();
}

function AccountMenu({ session }: { session: Session }) {
  const { user, account, accounts } = session;
  const [making, setMaking] = useState(false);
  const change = async (id: number) => {
    try {
      await api.post("/session/account", { id });
      queries.clear();
      location.assign("/app/");
    } catch (problem) {
      toastProblem(problem);
    }
  };
  return (
    <>
      <MenuButton
        label={t("Account: {account}", { account: account.name })}
        variant="quiet"
        placement="top start"
        className="h-auto! min-w-0 flex-1 justify-start! px-1.5! py-1.5!"
        text={
          <span className="flex min-w-0 flex-1 items-center gap-2 text-start leading-4">
            <Avatar name={user.name || user.email} />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{user.name || user.email}</span>
              <span className="block truncate text-cap font-normal text-muted">{account.name}</span>
            </span>
          </span>
        }
        after={<ChevronsUpDown size={16} strokeWidth={1.75} className="text-soft" aria-hidden />}
      >
        <MenuGroup title={t("Accounts")}>
          {accounts.map((each) => (
            <MenuItem
              key={each.id}
              chosen={each.id === account.id}
              text={each.name}
              note={each.is_demo ? t("Demo") : undefined}
              onAction={() => each.id !== account.id && void change(each.id)}
            >
              {each.name}
            </MenuItem>
          ))}
        </MenuGroup>
        {user.runs_installation && (
          <MenuItem icon={<Plus {...icon} />} onAction={() => setMaking(true)}>
            {t("New account…")}
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem icon={<Shield {...icon} />} onAction={() => location.assign("/accounts/security")}>
          {t("Your sign-in and security")}
        </MenuItem>
        <MenuItem icon={<LogOut {...icon} />} onAction={signOut}>
          {t("Sign out")}
        </MenuItem>
      </MenuButton>
      {making && (
        <Suspense>
          <NewAccount onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </>
  );
}

type Theme = "auto" | "light" | "dark";

function ThemeMenu() {
  const [theme, setTheme] = useState((localStorage.getItem("theme") ?? "auto") as Theme);
  const choose = (next: Theme) => {
    localStorage.setItem("theme", next);
    document.documentElement.dataset.theme = next;
    setTheme(next);
  };
  const image = { auto: <Monitor {...icon} />, light: <Sun {...icon} />, dark: <Moon {...icon} /> };
  return (
    <MenuButton label={t("Light or dark")} icon={image[theme]} placement="top end" className="text-soft!">
      <MenuItem icon={image.light} chosen={theme === "light"} onAction={() => choose("light")}>
        {t("Light")}
      </MenuItem>
      <MenuItem icon={image.dark} chosen={theme === "dark"} onAction={() => choose("dark")}>
        {t("Dark")}
      </MenuItem>
      <MenuItem icon={image.auto} chosen={theme === "auto"} onAction={() => choose("auto")}>
        {t("As this device")}
      </MenuItem>
    </MenuButton>
  );
}
