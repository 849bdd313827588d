import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Missing } from "./pages/missing";
import { Shell } from "./shell/shell";
import { ErrorState, PageSkeleton } from "./ui/states";
import { parseSearch, stringifySearch } from "./ui/url";

type Screen = () => Promise<{ default: ComponentType }>;

const root = createRootRoute({ component: Shell, notFoundComponent: Missing });

/** Every screen is loaded when it is first opened. */
const screens: Record<string, Screen> = {
  "/": () => import("./pages/home"),
  "/subscribers": () => import("./pages/subscribers"),
  "/subscribers/import": () => import("./pages/import"),
  "/subscribers/import/$id": () => import("./pages/import"),
  "/subscribers/$id": () => import("./pages/profile"),
  "/tags": () => import("./pages/tags"),
  "/forms": () => import("./pages/forms"),
  "/forms/$id": () => import("./pages/form-builder"),
  "/broadcasts": () => import("./pages/broadcasts"),
  "/broadcasts/$id": () => import("./pages/broadcast"),
  "/broadcasts/$id/edit": () => import("./pages/broadcast-editor"),
  "/sequences": () => import("./pages/sequences"),
  "/sequences/$id": () => import("./pages/sequence"),
  "/sequences/$id/emails/$email": () => import("./pages/sequence-email"),
  "/webhooks": () => import("./pages/webhooks"),
  "/webhooks/$id": () => import("./pages/webhook"),
  "/products": () => import("./pages/products"),
  "/purchases": () => import("./pages/purchases"),
  "/purchases/$id": () => import("./pages/purchase"),
  "/inbox": () => import("./pages/inbox"),
  "/signed-in": () => import("./pages/signed-in"),
  "/settings": () => import("./pages/settings"),
  "/settings/$section": () => import("./pages/settings"),
};

const routes = Object.entries(screens).map(([path, load]) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) }),
);

export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: "/app",
  parseSearch,
  stringifySearch,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: ({ error, reset }) => <ErrorState page problem={error} retry={reset} />,
  scrollRestoration: true,
});
