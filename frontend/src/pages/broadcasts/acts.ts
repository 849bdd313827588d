import { api, queries } from "@/api";
import { useAct } from "@/data";
import { n, t } from "@/i18n";
import { toast, useAsk, useGo } from "@/ui/kit";
import type { Broadcast } from "./shapes";

type Again = { id: number; which: "refused" | "uncertain" };
const touches = ["/broadcasts", "/home", "/session"];

/** What an act answers is the letter as it is now: the next page must not read it as it was. */
export function keep(letter: Broadcast): Broadcast {
  queries.setQueryData([`/broadcasts/${letter.id}`, {}], letter);
  return letter;
}

/** Everything one can do with a broadcast that has been written. */
export function useBroadcastActs() {
  const ask = useAsk();
  const go = useGo();
  const act = (verb: string) => (id: number) => api.post<Broadcast>(`/broadcasts/${id}/${verb}`).then(keep);
  const pause = useAct(act("pause"), touches);
  const resume = useAct(act("resume"), touches);
  const anyway = useAct(act("send_anyway"), touches, () =>
    toast(t("Released. It goes out when its turn comes.")),
  );
  const unschedule = useAct(act("unschedule"), touches, (_, id) => {
    toast(t("It is a draft again and will not be sent."));
    go(`/broadcasts/${id}/edit`);
  });
  const duplicate = useAct(act("duplicate"), touches, (made) => go(`/broadcasts/${made.id}/edit`));
  const cancel = useAct(act("cancel"), touches);
  const remove = useAct(
    (id: number) => api.delete(`/broadcasts/${id}`),
    touches,
    () => toast(t("Deleted.")),
  );
  const real = useAct(act("send_for_real"), touches, (made) => go(`/broadcasts/${made.id}`));
  const again = useAct(
    ({ id, which }: Again) => api.post<{ count: number }>(`/broadcasts/${id}/resend`, { which }),
    touches,
    ({ count }) =>
      toast(n("{count} email is on its way again.", "{count} emails are on their way again.", count)),
  );
  return {
    again,
    pause,
    resume,
    anyway,
    unschedule,
    duplicate,
    remove,
    askDelete: (id: number, subject: string, after?: () => void) =>
      ask({
        title: t("Delete “{subject}”?", { subject }),
        body: t("The text is gone for good. Nobody has received it."),
        verb: t("Delete it"),
        danger: true,
        run: async () => {
          await remove.mutateAsync(id);
          after?.();
        },
      }),
    askCancel: (id: number, subject: string, left: number) =>
      ask({
        title: t("Cancel the rest of “{subject}”?", { subject }),
        body: n(
          "{count} person will not get this email. Those who have it keep it. This cannot be undone.",
          "{count} people will not get this email. Those who have it keep it. This cannot be undone.",
          left,
        ),
        verb: n("Do not send to {count} person", "Do not send to {count} people", left),
        danger: true,
        run: () => cancel.mutateAsync(id),
      }),
    askReal: (id: number, people: number) =>
      ask({
        title: t("Send it for real?"),
        body: n(
          "It leaves by your mail server, to about {count} person. The rehearsal keeps its own report.",
          "It leaves by your mail server, to about {count} people. The rehearsal keeps its own report.",
          people,
        ),
        verb: n("Send to {count} person", "Send to {count} people", people),
        run: () => real.mutateAsync(id),
      }),
  };
}
