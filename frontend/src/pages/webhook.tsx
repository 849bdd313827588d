import { useParams } from "@tanstack/react-router";
import { Ellipsis, FlaskConical, KeyRound, Pause, Pencil, Play, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useAct, useGet, useMay, useRefresh } from "@/data";
import { ago, exact, number, t } from "@/i18n";
import {
  BackLink,
  Badge,
  Button,
  type Column,
  EmptyState,
  ErrorState,
  FormDialog,
  ListCard,
  MenuButton,
  MenuItem,
  MenuLine,
  Page,
  PageSkeleton,
  Remark,
  Stat,
  StateTabs,
  StatRow,
  toast,
  useAsk,
  useGo,
  useUrl,
} from "@/ui/kit";
import { DeliveryDrawer } from "./webhooks/drawer";
import { SecretShown } from "./webhooks/secret";
import type { Deliveries, Delivery, DeliveryRow, Webhook } from "./webhooks/shapes";
import { answerText, DeliveryBadge, eventText, HookBadge } from "./webhooks/words";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export default function WebhookPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useGet<Webhook>(`/webhooks/${id}`, undefined, { every: 5000 });
  if (found.error && !found.data)
    return <ErrorState page problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data || String(found.data.id) !== id) return <PageSkeleton />;
  return <Content hook={found.data} />;
}

function Content({ hook }: { hook: Webhook }) {
  const may = useMay();
  const [url, setUrl] = useUrl<{ delivery: string; state: string; page: string }>();
  const test = useAct(
    () => api.post<Delivery>(`/webhooks/${hook.id}/test`),
    ["/webhooks"],
    (made) => setUrl({ delivery: String(made.id) }),
  );
  return (
    <Page
      title={eventText(hook)}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="wrap-anywhere">{eventText(hook)}</h1>
          <HookBadge hook={hook} />
        </span>
      }
      lead={<span className="wrap-anywhere">{hook.target_url}</span>}
      back={<BackLink to="/webhooks">{t("Webhooks")}</BackLink>}
      actions={
        may.write && (
          <>
            <HookMenu hook={hook} />
            <Button icon={<FlaskConical {...stroke} />} busy={test.isPending} onPress={() => test.mutate()}>
              {t("Send a test")}
            </Button>
          </>
        )
      }
    >
      <State hook={hook} />
      <StatRow>
        <Stat label={t("Delivered")} value={number(hook.delivered)} note={t("in 7 days")} />
        <Stat label={t("Failed")} value={number(hook.failed)} note={t("in 7 days")} />
        <Stat label={t("Waiting")} value={number(hook.waiting)} />
        <Stat
          label={t("Last delivered")}
          value={hook.delivered_at ? ago(hook.delivered_at) : "–"}
          note={hook.delivered_at ? exact(hook.delivered_at) : undefined}
          terse
        />
      </StatRow>
      <DeliveryList hook={hook} />
      {url.delivery && (
        <DeliveryDrawer hook={hook} id={url.delivery} onClose={() => setUrl({ delivery: undefined })} />
      )}
    </Page>
  );
}

/** Why nothing, or not everything, arrives; and the way out. */
function State({ hook }: { hook: Webhook }) {
  const may = useMay();
  const resume = useAct(
    () => api.post(`/webhooks/${hook.id}/resume`),
    ["/webhooks", "/notices", "/home"],
    () => toast(t("It hears again. What was held is on its way.")),
  );
  if (hook.status === "enabled")
    return hook.failing_since ? (
      <div className="mb-4">
        <Remark tone="warn">
          {t(
            "Nothing has arrived since {when}. Each delivery is tried eight times over two days; after three days without success the webhook is paused.",
            { when: exact(hook.failing_since) },
          )}
        </Remark>
      </div>
    ) : null;
  return (
    <div className="mb-4">
      <Remark tone={hook.status === "gone" ? "grey" : "warn"}>
        <p>
          {hook.status === "gone"
            ? t("The target answered 410: it wants nothing more. Resume it if that was a mistake.")
            : hook.reason === "dead"
              ? t(
                  "The target took nothing for three days. What waited is kept; what happens now is not told.",
                )
              : t("Paused by hand. What waited is kept; what happens now is not told.")}
        </p>
        {may.write && (
          <Button
            className="mt-2"
            size="s"
            icon={<Play {...stroke} size={14} />}
            busy={resume.isPending}
            onPress={() => resume.mutate()}
          >
            {t("Resume")}
          </Button>
        )}
      </Remark>
    </div>
  );
}

const states = ["waiting", "delivered", "failed"] as const;

function DeliveryList({ hook }: { hook: Webhook }) {
  const [url, setUrl] = useUrl<{ delivery: string; state: string; page: string }>();
  const state = states.find((each) => each === url.state);
  const path = `/webhooks/${hook.id}`;
  const list = useGet<Deliveries>(`${path}/deliveries`, { state, page: url.page }, { every: 3000 });
  const words = { waiting: t("Waiting"), delivered: t("Delivered"), failed: t("Failed") };
  const show = (delivery: DeliveryRow) => setUrl({ delivery: String(delivery.id) });
  return (
    <ListCard
      label={t("Deliveries")}
      query={list}
      columns={columns(show)}
      rowKey={(delivery) => delivery.id}
      filtered={!!state}
      onClearFilter={() => setUrl({ state: undefined, page: undefined })}
      onPage={(page) => setUrl({ page: String(page) }, false)}
      card={(delivery) => <Small delivery={delivery} onShow={() => show(delivery)} />}
      tools={
        <div className="p-2.5 max-sm:px-0">
          <StateTabs
            label={t("What became of them")}
            current={state ?? "all"}
            tabs={[
              { id: "all", label: t("All"), to: path },
              ...states.map((each) => ({ id: each, label: words[each], to: path, search: { state: each } })),
            ]}
          />
        </div>
      }
      empty={
        <EmptyState icon={<Send size={20} aria-hidden />} title={t("Nothing was sent yet")}>
          {t("Send a test to see what your program answers, or wait until it happens.")}
        </EmptyState>
      }
    />
  );
}

const columns = (show: (delivery: DeliveryRow) => void): Column<DeliveryRow>[] => [
  {
    id: "when",
    label: t("Happened"),
    cell: (delivery) => (
      <Button variant="quiet" size="s" className="-ms-2.5" onPress={() => show(delivery)}>
        {exact(delivery.created_at)}
      </Button>
    ),
  },
  {
    id: "state",
    label: t("State"),
    cell: (delivery) => (
      <span className="flex items-center gap-2">
        <DeliveryBadge state={delivery.state} />
        {delivery.is_test && <Badge>{t("Test")}</Badge>}
      </span>
    ),
  },
  {
    id: "answer",
    label: t("Answer"),
    className: "max-w-96",
    cell: (delivery) => <span className="block truncate">{answerText(delivery)}</span>,
  },
  { id: "tries", label: t("Tries"), end: true, from: "md", cell: (delivery) => number(delivery.attempts) },
  {
    id: "next",
    label: t("Next try"),
    end: true,
    from: "lg",
    cell: (delivery) => (delivery.next_at && delivery.last ? exact(delivery.next_at) : "–"),
  },
];

const Small = ({ delivery, onShow }: { delivery: DeliveryRow; onShow: () => void }) => (
  <button
    type="button"
    onClick={onShow}
    className="card flex min-h-16 w-full items-center justify-between gap-3 px-4 py-3 text-start"
  >
    <span className="min-w-0">
      <span className="block text-body font-medium">{exact(delivery.created_at)}</span>
      <span className="block truncate text-cap text-muted">{answerText(delivery)}</span>
    </span>
    <DeliveryBadge state={delivery.state} />
  </button>
);

function HookMenu({ hook }: { hook: Webhook }) {
  const ask = useAsk();
  const go = useGo();
  const refresh = useRefresh();
  const [moving, setMoving] = useState(false);
  const [secret, setSecret] = useState("");
  const path = `/webhooks/${hook.id}`;
  const pause = useAct(
    () => api.post(`${path}/pause`),
    ["/webhooks"],
    () => toast(t("Paused. What waits is held.")),
  );
  const unsign = useAct(
    () => api.delete(`${path}/secret`),
    ["/webhooks"],
    () => toast(t("It is not signed any more.")),
  );
  const sign = useAct(
    () => api.post<{ secret: string }>(`${path}/secret`),
    ["/webhooks"],
    (made) => setSecret(made.secret),
  );
  const replace = () =>
    ask({
      title: t("Replace the secret?"),
      body: t("What is sent from now on is signed with the new one; the old one proves nothing any more."),
      verb: t("Replace it"),
      danger: true,
      run: async () => {
        await sign.mutateAsync();
      },
    });
  const remove = () =>
    ask({
      title: t("Delete this webhook?"),
      body: (
        <p className="wrap-anywhere">
          {t("{url} hears nothing more, and the list of deliveries goes.", { url: hook.target_url })}
        </p>
      ),
      verb: t("Delete the webhook"),
      danger: true,
      run: async () => {
        await api.delete(path);
        go("/webhooks", undefined, true);
        await refresh("/webhooks", "/notices", "/home");
        toast(t("The webhook is deleted."));
      },
    });
  return (
    <>
      <MenuButton label={t("More")} variant="plain" icon={<Ellipsis {...stroke} />}>
        <MenuItem icon={<Pencil {...stroke} />} onAction={() => setMoving(true)}>
          {t("Change the URL")}
        </MenuItem>
        {hook.status === "enabled" && (
          <MenuItem icon={<Pause {...stroke} />} onAction={() => pause.mutate()}>
            {t("Pause")}
          </MenuItem>
        )}
        {hook.signed ? (
          <>
            <MenuItem icon={<KeyRound {...stroke} />} onAction={replace}>
              {t("Replace the secret…")}
            </MenuItem>
            <MenuItem icon={<KeyRound {...stroke} />} onAction={() => unsign.mutate()}>
              {t("Stop signing")}
            </MenuItem>
          </>
        ) : (
          <MenuItem icon={<KeyRound {...stroke} />} onAction={() => sign.mutate()}>
            {t("Sign what is sent")}
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem danger icon={<Trash2 {...stroke} />} onAction={remove}>
          {t("Delete…")}
        </MenuItem>
      </MenuButton>
      {moving && (
        <FormDialog
          title={t("Change the URL")}
          open
          onClose={() => setMoving(false)}
          verb={t("Change it")}
          values={{ target_url: hook.target_url }}
          fields={[
            {
              name: "target_url",
              label: t("URL"),
              kind: "url",
              required: true,
              help: t("What waits goes there too."),
            },
          ]}
          save={async (values) => {
            await api.patch(path, { target_url: values.target_url });
            await refresh("/webhooks");
          }}
        />
      )}
      {secret && <SecretShown secret={secret} onClose={() => setSecret("")} />}
    </>
  );
}
