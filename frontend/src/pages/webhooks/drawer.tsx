import { RotateCw } from "lucide-react";
import { api } from "@/api";
import { useAct, useGet, useMay } from "@/data";
import { exact, number, t } from "@/i18n";
import {
  A,
  Badge,
  Button,
  CopyButton,
  Drawer,
  ErrorState,
  Pair,
  Scroller,
  SkeletonRows,
  toast,
} from "@/ui/kit";
import type { Attempt, Delivery, Webhook } from "./shapes";
import { DeliveryBadge } from "./words";

type Props = { hook: Webhook; id: string; onClose: () => void };

/** One delivery: the body as it is sent, and every try with what came back. */
export function DeliveryDrawer({ hook, id, onClose }: Props) {
  const may = useMay();
  const path = `/webhooks/${hook.id}/deliveries/${id}`;
  const found = useGet<Delivery>(path, undefined, { every: 1000 });
  const resend = useAct(
    () => api.post(`${path}/resend`),
    [`/webhooks/${hook.id}`],
    () => toast(t("It is on its way again.")),
  );
  const delivery = found.data && String(found.data.id) === id ? found.data : null;
  const open = delivery?.state === "waiting" || delivery?.state === "held";
  return (
    <Drawer title={t("Delivery {id}", { id })} open onClose={onClose}>
      {found.error && !delivery ? (
        <ErrorState problem={found.error} retry={() => void found.refetch()} />
      ) : !delivery ? (
        <SkeletonRows rows={5} />
      ) : (
        <div className="grid gap-5">
          <dl>
            <Pair term={t("State")}>
              <span className="flex flex-wrap items-center gap-2">
                <DeliveryBadge state={delivery.state} />
                {delivery.is_test && <Badge>{t("Test")}</Badge>}
              </span>
            </Pair>
            <Pair term={t("Happened")}>{exact(delivery.created_at)}</Pair>
            {delivery.next_at && delivery.tries.length > 0 && (
              <Pair term={t("Next try")}>{exact(delivery.next_at)}</Pair>
            )}
            {delivery.subscriber_id !== null && (
              <Pair term={t("About")}>
                <A to={`/subscribers/${delivery.subscriber_id}`} className="link">
                  {t("This subscriber")}
                </A>
              </Pair>
            )}
          </dl>
          {may.write && !open && (
            <Button
              className="justify-self-start"
              icon={<RotateCw size={14} strokeWidth={1.75} aria-hidden />}
              busy={resend.isPending}
              onPress={() => resend.mutate()}
            >
              {t("Send again")}
            </Button>
          )}
          <section className="grid gap-2">
            <h3 className="text-ui font-semibold">{t("Tries")}</h3>
            {delivery.tries.length === 0 && (
              <p role="status" className="text-muted">
                {delivery.state === "held"
                  ? t("It waits for the webhook to be resumed.")
                  : t("It is being sent…")}
              </p>
            )}
            <ol className="grid gap-3">
              {[...delivery.tries].reverse().map((attempt, back) => (
                <Try key={attempt.at} attempt={attempt} number={delivery.tries.length - back} />
              ))}
            </ol>
          </section>
          <section className="grid gap-2">
            <h3 className="flex items-center gap-1.5 text-ui font-semibold">
              {t("Body")}
              <CopyButton text={delivery.body} />
            </h3>
            <Code label={t("Body")}>{pretty(delivery.body)}</Code>
          </section>
        </div>
      )}
    </Drawer>
  );
}

const Try = ({ attempt, number: no }: { attempt: Attempt; number: number }) => (
  <li className="grid gap-1.5 border-t pt-3">
    <span className="flex flex-wrap items-center justify-between gap-2">
      <Badge tone={attempt.status !== null && attempt.status < 300 ? "ok" : "bad"}>
        {attempt.status === null ? t("No answer") : t("Answered {status}", { status: attempt.status })}
      </Badge>
      <span className="text-cap text-muted tabular-nums">
        {t("{when}, {ms} ms", { when: exact(attempt.at), ms: number(attempt.duration_ms) })}
      </span>
    </span>
    {attempt.error && <span>{attempt.error}</span>}
    {attempt.answer && <Code label={t("Answer to try {number}", { number: no })}>{attempt.answer}</Code>}
  </li>
);

const Code = ({ label, children }: { label: string; children: string }) => (
  <Scroller label={label} className="max-h-72 overflow-y-auto rounded-small bg-sunken">
    <pre className="p-3 font-mono text-cap whitespace-pre-wrap wrap-anywhere">{children}</pre>
  </Scroller>
);

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
