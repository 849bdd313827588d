import { api } from "@/api";
import { useRefresh } from "@/data";
import { n, t } from "@/i18n";
import { toast, toastProblem, useAsk } from "@/ui/kit";

export type ActFilter = { state?: string; tag: number[]; q?: string };
export type Whom = number[] | ActFilter;
type Answer = { changed: number; undo_token?: string | null };

/** Acts on many people at once: on these ids, or on everybody who fits the filter. */
export function useActs() {
  const refresh = useRefresh();
  const ask = useAsk();
  const again = () => refresh("/subscribers", "/tags", "/growth", "/home", "/session");

  const act = async (body: Record<string, unknown>, whom: Whom, said: (count: number) => string) => {
    const people = Array.isArray(whom) ? { ids: whom } : { filter: whom };
    const answer = await api.post<Answer>("/subscribers/acts", { ...body, ...people });
    await again();
    const token = answer.undo_token;
    const undo = async () => {
      await api.post("/undo", { token });
      await again();
    };
    toast(said(answer.changed), token ? undo : undefined);
  };

  const tag = async (whom: Whom, tagId: number, name: string, add: boolean) => {
    try {
      await act({ act: add ? "tag" : "untag", tag_id: tagId }, whom, (count) =>
        add
          ? n("{count} person got the tag {name}.", "{count} people got the tag {name}.", count, { name })
          : n("{count} person lost the tag {name}.", "{count} people lost the tag {name}.", count, { name }),
      );
    } catch (problem) {
      toastProblem(problem);
    }
  };

  const unsubscribe = (whom: Whom, count: number, done?: () => void) =>
    ask({
      title: n("Unsubscribe {count} person?", "Unsubscribe {count} people?", count),
      body: t(
        "They get no more emails. Their history and tags stay. Only they can come back by themselves, with a form; you can undo this for a while.",
      ),
      verb: n("Unsubscribe {count} person", "Unsubscribe {count} people", count),
      danger: true,
      run: async () => {
        await act({ act: "unsubscribe" }, whom, (changed) =>
          n("{count} person is unsubscribed.", "{count} people are unsubscribed.", changed),
        );
        done?.();
      },
    });

  return { tag, unsubscribe };
}
