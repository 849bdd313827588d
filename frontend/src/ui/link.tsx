import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import type { AnchorHTMLAttributes, ReactNode } from "react";
import { css } from "./css";

export type Search = Record<string, string | string[] | undefined>;
type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & {
  /** A path of the app ("/subscribers/12"), or a full or server address for `out`. */
  to: string;
  search?: Search;
  children?: ReactNode;
  /** The address belongs to the server or another site, not to a screen. */
  out?: boolean;
};

/** A link; every link of a page is one of these. */
export function A({ to, search, out, ...rest }: Props) {
  if (out) return <a href={to} {...rest} />;
  const target = { to, search: search ?? {} } as unknown as { to: "/" };
  return <Link {...target} {...rest} />;
}

export function TextLink({ className, ...rest }: Props) {
  return (
    <A
      {...rest}
      className={css("touch font-medium text-accent hover:underline underline-offset-2", className)}
    />
  );
}

/** The small way back above a title. */
export function BackLink({ to, search, children }: Props) {
  return (
    <A
      to={to}
      search={search}
      className="touch -mt-1.5 mb-1.5 flex w-fit items-center gap-1.5 text-cap font-medium text-muted hover:text-ink"
    >
      <ArrowLeft size={14} strokeWidth={1.75} aria-hidden />
      {children}
    </A>
  );
}

/** Moves to a path of the app from a handler. */
export function useGo(): (to: string, search?: Search, replace?: boolean) => void {
  const navigate = useNavigate();
  return (to, search, replace) => {
    void navigate({ to, search: search ?? {}, replace } as never);
  };
}
