import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { useGet, useMay } from "@/data";
import { ago, n, number, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import { A, Button, type Column, EmptyState, ListCard, Page, useGo, useUrl } from "@/ui/kit";
import { NewWebhook } from "./webhooks/new";
import { SecretShown } from "./webhooks/secret";
import type { MadeWebhook, Webhook } from "./webhooks/shapes";
import { eventText, HookBadge } from "./webhooks/words";

/** Who is told of what. */
export default function Webhooks() {
  const may = useMay();
  const go = useGo();
  const [url, setUrl] = useUrl<{ page: string; new: string }>();
  const [made, setMade] = useState<MadeWebhook | null>(null);
  const list = useGet<PageOf<Webhook>>("/webhooks", { page: Number(url.page ?? 1) || 1 }, { every: 10_000 });
  const begin = () => setUrl({ new: "yes" });
  const onMade = (hook: MadeWebhook) => (hook.secret ? setMade(hook) : go(`/webhooks/${hook.id}`));
  return (
    <Page
      title={t("Webhooks")}
      lead={t("Your other programs hear at once of what happens here.")}
      actions={
        may.write && (
          <Button variant="primary" icon={<Plus size={16} aria-hidden />} onPress={begin}>
            {t("New webhook")}
          </Button>
        )
      }
    >
      <ListCard
        label={t("Webhooks")}
        query={list}
        columns={columns()}
        rowKey={(hook) => hook.id}
        href={(hook) => `/webhooks/${hook.id}`}
        onPage={(page) => setUrl({ page: String(page) }, false)}
        card={(hook) => <Small hook={hook} />}
        empty={
          <EmptyState
            icon={<WebhookIcon size={20} aria-hidden />}
            title={t("No webhooks yet")}
            action={may.write && <Button onPress={begin}>{t("Make your first webhook")}</Button>}
          >
            {t("A webhook posts to a URL of yours when somebody joins, leaves, gets a tag or clicks a link.")}
          </EmptyState>
        }
      />
      {url.new && may.write && !made && (
        <NewWebhook onClose={() => setUrl({ new: undefined })} onMade={onMade} />
      )}
      {made?.secret && <SecretShown secret={made.secret} onClose={() => go(`/webhooks/${made.id}`)} />}
    </Page>
  );
}

const columns = (): Column<Webhook>[] => [
  {
    id: "event",
    label: t("Event"),
    className: "max-w-96",
    cell: (hook) => (
      <span className="block min-w-0">
        <A to={`/webhooks/${hook.id}`} className="block truncate font-medium">
          {eventText(hook)}
        </A>
        <span className="block truncate text-cap text-muted">{hook.target_url}</span>
      </span>
    ),
  },
  { id: "status", label: t("Status"), cell: (hook) => <HookBadge hook={hook} /> },
  {
    id: "week",
    label: t("Delivered, 7 days"),
    end: true,
    from: "md",
    cell: (hook) => number(hook.delivered),
  },
  { id: "failed", label: t("Failed"), end: true, from: "md", cell: (hook) => number(hook.failed) },
  {
    id: "last",
    label: t("Last delivered"),
    end: true,
    from: "lg",
    cell: (hook) => (hook.delivered_at ? ago(hook.delivered_at) : "–"),
  },
];

const Small = ({ hook }: { hook: Webhook }) => (
  <A to={`/webhooks/${hook.id}`} className="card flex min-h-16 items-center justify-between gap-3 px-4 py-3">
    <span className="min-w-0">
      <span className="block truncate text-body font-medium">{eventText(hook)}</span>
      <span className="block truncate text-cap text-muted">{hook.target_url}</span>
      <span className="block text-cap text-muted">
        {n("{count} delivered in 7 days", "{count} delivered in 7 days", hook.delivered)}
      </span>
    </span>
    <HookBadge hook={hook} />
  </A>
);
