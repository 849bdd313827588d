import { PenLine } from "lucide-react";
import { clock, n, part, t } from "@/i18n";
import type { Home } from "@/types";
import { A, Badge, Card, type Tone } from "@/ui/kit";

type Item = Home["next"][number];

const words = (): Record<string, [string, Tone]> => ({
  draft: [t("Draft"), "grey"],
  scheduled: [t("Scheduled"), "info"],
  expanding: [t("Queued"), "info"],
  queued: [t("Queued"), "info"],
  sending: [t("Sending"), "info"],
  paused: [t("Paused"), "warn"],
  testing: [t("Testing"), "info"],
});

/** What leaves next; counts are estimates until a broadcast starts. */
export function NextUp({ items, zone }: { items: Item[]; zone: string }) {
  return (
    <Card title={t("Next up")}>
      {items.length === 0 ? (
        <p className="px-4 pt-2 pb-4 text-muted">
          {t("Nothing is planned. A draft or a date shows up here.")}
        </p>
      ) : (
        <>
          <ul className="mt-1 divide-y">
            {items.map((item) => (
              <li key={`${item.kind}-${item.id}`}>
                <Row item={item} />
              </li>
            ))}
          </ul>
          <p className="border-t px-4 py-3 text-cap text-muted">
            {t("Times are yours: {zone}. Numbers are counted again when each one starts.", { zone })}
          </p>
        </>
      )}
    </Card>
  );
}

function Row({ item }: { item: Item }) {
  const [word, tone] = words()[item.state] ?? [item.state, "grey" as Tone];
  const about = item.count === null ? "" : n("about {count} person", "about {count} people", item.count);
  const detail = [item.at ? clock(item.at) : t("Has no time yet"), about].filter(Boolean).join(" · ");
  const place =
    item.state === "draft" || item.state === "scheduled"
      ? `/broadcasts/${item.id}/edit`
      : `/broadcasts/${item.id}`;
  return (
    <A to={place} className="flex min-h-17 items-center gap-3 px-4 hover:bg-faint">
      {item.at ? (
        <span className="grid h-10.5 w-10 shrink-0 place-content-center rounded-control border text-center leading-4">
          <small className="text-caps font-medium text-muted">{part(item.at, { weekday: "short" })}</small>
          <b className="text-body tabular-nums">{part(item.at, { day: "numeric" })}</b>
        </span>
      ) : (
        <span className="grid h-10.5 w-10 shrink-0 place-content-center rounded-control border border-dashed text-soft">
          <PenLine size={16} strokeWidth={1.75} aria-hidden />
        </span>
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{item.title || t("No subject yet")}</span>
        <span className="block text-cap text-muted">{detail}</span>
      </span>
      <Badge tone={tone}>{word}</Badge>
    </A>
  );
}
