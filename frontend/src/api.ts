import { QueryClient } from "@tanstack/react-query";
import createClient from "openapi-fetch";
import { setExpired } from "./expired";
import { t } from "./i18n";

/** What `/api/1` answers when it refuses: the cause, the field it is about, the next step. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly help?: string,
    readonly errors: { field: string; message: string }[] = [],
  ) {
    super(message);
  }

  /** Messages by field, for the form; a refusal that names no field stands under "". */
  get fields(): Record<string, string> {
    const all: Record<string, string> = {};
    for (const each of this.errors) all[each.field] = each.message;
    if (this.field && !all[this.field]) all[this.field] = this.message;
    return all;
  }
}

type Query = Record<string, string | number | boolean | undefined | null | (string | number)[]>;
type Options = { query?: Query; body?: unknown; signal?: AbortSignal };

const base = "/api/1";

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

let token = "";
/** The session's answer carries the token; the cookie may be out of reach for scripts. */
export function keepCsrfToken(value: string): void {
  token = value;
}
export const csrf = (): string => token || cookie("__Host-csrftoken") || cookie("csrftoken");

// biome-ignore lint/suspicious/noExplicitAny: paths are checked by the server's tests, shapes by types.ts
const client = createClient<any>({
  baseUrl: "",
  credentials: "same-origin",
  querySerializer: { array: { style: "form", explode: true } },
});

client.use({
  onRequest({ request }) {
    request.headers.set("Accept", "application/json");
    if (request.method !== "GET") request.headers.set("X-CSRFToken", csrf());
    return request;
  },
});

/** Before the first screen there is nothing to keep; later the screen stays, with a way to sign in beside it. */
function signInAgain(): void {
  if (token) setExpired(true);
  else if (location.pathname.startsWith("/app")) {
    location.assign(`/accounts/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
}

function refusal(status: number, body: unknown): ApiError {
  const said = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const errors = Array.isArray(said.errors) ? (said.errors as { field: string; message: string }[]) : [];
  const signedOut = t("You have been signed out. Sign in again; what you typed is kept.");
  if (status === 401) return new ApiError(status, "signed_out", signedOut);
  const message =
    (said.message as string | undefined) ??
    (status === 404
      ? t("This is not here any more. Go back and load the list again.")
      : t("The server answered {status}. Try again in a moment.", { status: String(status) }));
  return new ApiError(
    status,
    (said.code as string | undefined) ?? "unknown",
    message,
    said.field as string | undefined,
    said.help as string | undefined,
    errors,
  );
}

function clean(query?: Query): Query | undefined {
  if (!query) return undefined;
  return Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );
}

async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  let answer: { data?: unknown; error?: unknown; response: Response };
  try {
    answer = await client.request(
      method.toLowerCase() as "get",
      (base + path) as never,
      {
        params: { query: clean(options.query) },
        body: options.body,
        signal: options.signal,
        ...(options.body instanceof FormData ? { bodySerializer: (body: unknown) => body } : {}),
      } as never,
    );
  } catch (problem) {
    if (problem instanceof DOMException && problem.name === "AbortError") throw problem;
    throw new ApiError(
      0,
      "offline",
      t("Postroom does not answer. Check that it runs and that you are online, then try again."),
    );
  }
  const { response } = answer;
  if (response.ok) return answer.data as T;
  if (response.status === 401) signInAgain();
  throw refusal(response.status, answer.error);
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>("GET", path, { query, signal }),
  post: <T>(path: string, body?: unknown, query?: Query) => call<T>("POST", path, { body, query }),
  put: <T>(path: string, body?: unknown) => call<T>("PUT", path, { body }),
  patch: <T>(path: string, body?: unknown) => call<T>("PATCH", path, { body }),
  delete: <T>(path: string, body?: unknown) => call<T>("DELETE", path, { body }),
  /** A link the browser follows by itself (downloads, previews). */
  url: (path: string, query?: Query) => {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(clean(query) ?? {})) {
      for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
    }
    const tail = search.toString();
    return base + path + (tail ? `?${tail}` : "");
  },
};

/** A sentence for any failure, with the server's advice when it gave one. */
export function sentence(problem: unknown): string {
  if (problem instanceof ApiError)
    return problem.help ? `${problem.message} ${problem.help}` : problem.message;
  return t("Something went wrong on this page. Load it again.");
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (count, problem) =>
        count < 2 && !(problem instanceof ApiError && problem.status >= 400 && problem.status < 500),
    },
  },
});
