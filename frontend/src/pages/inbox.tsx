import { Inbox as InboxIcon, ShieldCheck, Trash2 } from "lucide-react";
import { api } from "@/api";
import { useAct, useGet, useMay } from "@/data";
import { ago, bytes, exact, n, t } from "@/i18n";
import type { Page as PageOf } from "@/types";
import {
  A,
  Badge,
  Button,
  css,
  EmptyState,
  ErrorState,
  Page,
  Paging,
  Remark,
  SearchField,
  Segmented,
  SkeletonRows,
  useAsk,
  useUrl,
} from "@/ui/kit";
import { LetterFrame } from "./broadcast-editor/frame";
import type { InboxMessage, InboxRow } from "./broadcasts/shapes";

type Url = { m: string; view: string; page: string; q: string };

export default function Inbox() {
  const [url, setUrl] = useUrl<Url>();
  const list = useGet<PageOf<InboxRow> & { note: string }>(
    "/inbox",
    { page: url.page, q: url.q, per_page: 30 },
    { every: 5000 },
  );
  const may = useMay();
  const ask = useAsk();
  const clear = useAct(
    () => api.delete("/inbox"),
    ["/inbox", "/session"],
    () => setUrl({ m: undefined }),
  );
  const items = list.data?.items ?? [];
  const total = list.data?.total ?? 0;
  const chosen = url.m ?? (items[0] && String(items[0].id));
  return (
    <Page
      title={t("Test inbox")}
      lead={t("Messages as the reader would get them.")}
      actions={
        may.write &&
        total > 0 && (
          <Button
            icon={<Trash2 size={16} strokeWidth={1.75} aria-hidden />}
            onPress={() =>
              ask({
                title: t("Empty the test inbox?"),
                body: n(
                  "{count} message is deleted. Reports keep their figures.",
                  "{count} messages are deleted. Reports keep their figures.",
                  total,
                ),
                verb: t("Empty it"),
                danger: true,
                run: () => clear.mutateAsync(),
              })
            }
          >
            {t("Empty")}
          </Button>
        )
      }
    >
      {list.data?.note && (
        <div className="mb-4">
          <Remark tone="ok" icon={<ShieldCheck size={16} strokeWidth={1.75} aria-hidden />}>
            {list.data.note}
          </Remark>
        </div>
      )}
      {list.error && !list.data ? (
        <ErrorState problem={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows />
      ) : total === 0 && !url.q ? (
        <section className="card">
          <EmptyState icon={<InboxIcon size={20} aria-hidden />} title={t("No messages yet")}>
            {t(
              "Send a test or a broadcast, or subscribe through a form: the message lands here instead of in a mailbox.",
            )}
          </EmptyState>
        </section>
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
          <section
            className={css("card lg:sticky lg:top-4", url.m && "max-lg:hidden")}
            aria-label={t("Messages")}
          >
            <div className="p-2.5">
              <SearchField
                label={t("Search address or subject")}
                value={url.q ?? ""}
                onChange={(q) => setUrl({ q: q || undefined, page: undefined })}
              />
            </div>
            <Messages items={items} chosen={chosen} url={url} />
            <Paging
              page={Number(url.page ?? 1)}
              total={total}
              size={30}
              onPage={(page) => setUrl({ page: String(page), m: undefined })}
            />
          </section>
          <div className={css(!url.m && "max-lg:hidden")}>
            {url.m && (
              <Button size="s" className="mb-3 lg:hidden" onPress={() => setUrl({ m: undefined })}>
                {t("All messages")}
              </Button>
            )}
            {chosen && (
              <Reader
                key={chosen}
                id={chosen}
                view={url.view}
                onView={(view) => setUrl({ view, m: chosen })}
              />
            )}
          </div>
        </div>
      )}
    </Page>
  );
}

function Messages({ items, chosen, url }: { items: InboxRow[]; chosen?: string; url: Partial<Url> }) {
  if (!items.length) return <p className="border-t px-4 py-6 text-center text-muted">{t("Nothing fits")}</p>;
  return (
    <ul className="relative overflow-auto border-t lg:max-h-[calc(100dvh-18rem)]" aria-label={t("Messages")}>
      {items.map((each) => {
        const on = String(each.id) === chosen;
        return (
          <li key={each.id} className="border-b last:border-0">
            <A
              to="/inbox"
              search={{ ...url, m: String(each.id) }}
              aria-current={on ? "true" : undefined}
              className={css("block px-4 py-2.5", on ? "bg-accent-soft" : "hover:bg-faint")}
            >
              <span className="flex items-baseline justify-between gap-3">
                <span className="truncate font-medium">{each.subject || t("No subject")}</span>
                <span className={css("shrink-0 text-cap", on ? "text-soft" : "text-muted")}>
                  {ago(each.received_at)}
                </span>
              </span>
              <span className={css("block truncate text-cap", on ? "text-soft" : "text-muted")}>
                {each.to}
              </span>
            </A>
          </li>
        );
      })}
    </ul>
  );
}

const kinds = (): Record<string, string> => ({
  broadcast: t("Broadcast"),
  confirmation: t("Confirmation"),
  sequence: t("Sequence"),
  test: t("Test"),
  system: t("Sign-in and notices"),
});

function Reader({ id, view, onView }: { id: string; view?: string; onView: (view: string) => void }) {
  const found = useGet<InboxMessage>(`/inbox/${id}`);
  if (found.error && !found.data)
    return <ErrorState problem={found.error} retry={() => void found.refetch()} />;
  const mail = found.data;
  if (!mail || String(mail.id) !== id) return <SkeletonRows rows={3} />;
  const shown = view ?? (mail.html ? "html" : "text");
  return (
    <article className="card overflow-hidden" aria-label={mail.subject}>
      <header className="flex flex-wrap items-start justify-between gap-3 border-b px-4 py-3.5">
        <div className="min-w-0">
          <h2 className="font-serif text-heading font-medium wrap-anywhere">
            {mail.subject || t("No subject")}
          </h2>
          <p className="text-muted">
            {t("To {address}", { address: mail.to })} · {exact(mail.received_at)} · {bytes(mail.size_bytes)}
          </p>
        </div>
        <Badge>{kinds()[mail.kind] ?? mail.kind}</Badge>
      </header>
      <div className="border-b px-4 py-2">
        <Segmented
          label={t("Part of the message")}
          value={shown}
          onChange={onView}
          segments={[
            { id: "html", label: t("HTML") },
            { id: "text", label: t("Text") },
            { id: "headers", label: t("Headers") },
            { id: "source", label: t("Source") },
          ]}
        />
      </div>
      <Body mail={mail} view={shown} />
    </article>
  );
}

const mono =
  "relative max-h-[70dvh] overflow-auto px-4 py-3 font-mono text-cap whitespace-pre-wrap wrap-anywhere";

function Body({ mail, view }: { mail: InboxMessage; view: string }) {
  if (view === "headers") {
    return (
      <dl className={mono}>
        {mail.headers.map(([name, value], index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may come twice
            key={index}
            className="grid gap-x-3 border-b py-1 last:border-0 sm:grid-cols-[11rem_minmax(0,1fr)]"
          >
            <dt className="text-muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    );
  }
  if (view === "html" && mail.html) {
    return (
      <LetterFrame title={t("The message as HTML")} html={mail.html} links className="h-[67dvh] w-full" />
    );
  }
  const source = view === "source" ? mail.source : (mail.text ?? t("This message has no such part."));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <pre className={mono} tabIndex={0}>
      {source}
    </pre>
  );
}
