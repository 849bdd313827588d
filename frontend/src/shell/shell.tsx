import { useQuery } from "@tanstack/react-query";
import { Outlet, useLocation, useRouter } from "@tanstack/react-router";
import { Menu as MenuIcon, Search as SearchIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { I18nProvider, RouterProvider } from "react-aria-components";
import { api, keepCsrfToken } from "../api";
import { useExpired } from "../expired";
import { locale, setZone, t } from "../i18n";
import type { Session } from "../types";
import { AskProvider, Drawer, ErrorState, IconButton, Logo, PageSkeleton, TextLink, Toasts } from "../ui/kit";
import { useShortcuts } from "./keys";
import { Sidebar } from "./sidebar";

const SearchPalette = lazy(() => import("./search").then((search) => ({ default: search.SearchPalette })));
const Shortcuts = lazy(() => import("./shortcuts").then((part) => ({ default: part.Shortcuts })));
const SignedOut = lazy(() => import("./signed-out").then((part) => ({ default: part.SignedOut })));

/** The frame around every screen: sidebar, search, toasts. */
export function Shell() {
  const router = useRouter();
  const path = useLocation({ select: (location) => location.pathname });
  const [menu, setMenu] = useState(false);
  const [search, setSearch] = useState(false);
  const [help, setHelp] = useState(false);
  const expired = useExpired();
  const session = useQuery({
    queryKey: ["/session", {}],
    queryFn: () => api.get<Session>("/session"),
    staleTime: 60_000,
  });
  setZone(session.data?.account.time_zone);
  if (session.data) keepCsrfToken(session.data.csrf_token);

  useShortcuts(
    () => setSearch((open) => !open),
    () => setHelp(true),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new path closes what was open above the old one
  useEffect(() => {
    setMenu(false);
    setSearch(false);
    setHelp(false);
  }, [path]);

  if (session.error && !session.data) {
    return (
      <main>
        <ErrorState page problem={session.error} retry={() => void session.refetch()} />
        <p className="text-center">
          <TextLink to="/accounts/sign-out" out>
            {t("Sign out")}
          </TextLink>
        </p>
      </main>
    );
  }
  const openSearch = () => {
    setMenu(false);
    setSearch(true);
  };
  return (
    <RouterProvider
      navigate={(to) => void router.navigate({ to } as never)}
      useHref={(to) => (to.startsWith("/app") || /^[a-z]+:/.test(to) ? to : `/app${to}`)}
    >
      <I18nProvider locale={locale}>
        <AskProvider>
          <a
            href="#main"
            className="sr-only z-50 rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
          >
            {t("Skip to the page")}
          </a>
          <div className="lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
            <aside className="sticky top-0 h-dvh border-e max-lg:hidden">
              <Sidebar session={session.data} onSearch={openSearch} />
            </aside>
            <div className="flex min-h-dvh min-w-0 flex-col">
              <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b bg-canvas px-2 lg:hidden">
                <IconButton label={t("Menu")} size="l" onPress={() => setMenu(true)}>
                  <MenuIcon size={20} strokeWidth={1.75} aria-hidden />
                </IconButton>
                <Logo />
                <span className="ms-2 font-serif text-heading tracking-tight">Postroom</span>
                <IconButton label={t("Search")} size="l" className="ms-auto" onPress={openSearch}>
                  <SearchIcon size={20} strokeWidth={1.75} aria-hidden />
                </IconButton>
              </header>
              <main id="main" className="flex min-w-0 flex-1 flex-col" tabIndex={-1}>
                {session.data ? <Outlet /> : <PageSkeleton />}
              </main>
            </div>
          </div>
          <Drawer title={t("Menu")} side="start" bare open={menu} onClose={() => setMenu(false)}>
            <div className="h-dvh">
              <Sidebar session={session.data} onSearch={openSearch} />
            </div>
          </Drawer>
          {session.data && search && (
            <Suspense>
              <SearchPalette open onClose={() => setSearch(false)} />
            </Suspense>
          )}
          {help && (
            <Suspense>
              <Shortcuts onClose={() => setHelp(false)} />
            </Suspense>
          )}
          {expired && session.data && (
            <Suspense>
              <SignedOut session={session.data} />
            </Suspense>
          )}
          <Toasts />
        </AskProvider>
      </I18nProvider>
    </RouterProvider>
  );
}
