import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, queries } from "./api";
import type { Page, Session, Tag } from "./types";
import { toastProblem } from "./ui/kit";
import { wholePage } from "./ui/url";

type Query = Parameters<typeof api.get>[1];

/** Reads a path of `/api/1`; a list keeps showing its old rows while the next ones come. */
export function useGet<T>(path: string, given?: Query, options: { enabled?: boolean; every?: number } = {}) {
  const query = given && "page" in given ? { ...given, page: wholePage(given.page) } : given;
  return useQuery({
    queryKey: [path, query ?? {}],
    queryFn: ({ signal }) => api.get<T>(path, query, signal),
    placeholderData: keepPreviousData,
    enabled: options.enabled,
    refetchInterval: options.every,
  });
}

/** Who is signed in, in which account; loaded before the first screen. */
export function useSession(): Session {
  const { data } = useQuery({
    queryKey: ["/session", {}],
    queryFn: () => api.get<Session>("/session"),
    staleTime: 60_000,
  });
  if (!data) throw new Error("The shell renders pages only after the session is loaded.");
  return data;
}

/** After a change: load again what these paths (and those below them) answer. */
export function useRefresh(): (...paths: string[]) => Promise<void> {
  const client = useQueryClient();
  return async (...paths) => {
    await client.invalidateQueries({
      predicate: ({ queryKey }) =>
        paths.some((path) => typeof queryKey[0] === "string" && queryKey[0].startsWith(path)),
    });
  };
}

/** A change from a button: says what went wrong, refreshes what it touched. */
export function useAct<Input = void, Output = unknown>(
  run: (input: Input) => Promise<Output>,
  touches: string[],
  done?: (output: Output, input: Input) => void,
) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: run,
    onSuccess: (output, input) => {
      void refresh(...touches);
      done?.(output, input);
    },
    onError: toastProblem,
  });
}

/** What the signed-in role may do: viewers read, editors write, admins run settings and the team, owners hold keys. */
export function useMay(): { write: boolean; admin: boolean; own: boolean } {
  const { role } = useSession().account;
  return { write: role !== "viewer", admin: role === "admin" || role === "owner", own: role === "owner" };
}

/** Every tag of the account, by name, for pickers and filters. */
export function useTags(): Tag[] {
  return useGet<Page<Tag>>("/tags", { per_page: 200 }).data?.items ?? [];
}

/** Makes a tag from a picker. */
export async function createTag(name: string): Promise<Tag> {
  const tag = await api.post<Tag>("/tags", { name });
  void queries.invalidateQueries({ queryKey: ["/tags"] });
  return tag;
}
