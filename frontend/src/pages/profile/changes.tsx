import {
  FileText,
  type LucideIcon,
  MailX,
  Pencil,
  ShieldCheck,
  Tag as TagIcon,
  Upload,
  UserCheck,
  UserMinus,
  UserPlus,
} from "lucide-react";
import { useGet } from "@/data";
import { moment, t } from "@/i18n";
import type { Change, Page } from "@/types";
import { Button, Card, ErrorState, IconBox, SkeletonRows, type Tone, useUrl } from "@/ui/kit";

/** First word of a change's kind → its picture. */
const looks: [RegExp, LucideIcon, Tone][] = [
  [/tag/, TagIcon, "plum"],
  [/bounce|complain|suppress/, MailX, "warn"],
  [/unsub|cancel/, UserMinus, "grey"],
  [/confirm|activ/, UserCheck, "ok"],
  [/consent/, ShieldCheck, "ok"],
  [/creat|join|add/, UserPlus, "ok"],
  [/form/, FileText, "info"],
  [/import/, Upload, "info"],
];

function lookOf(change: Change): [LucideIcon, Tone] {
  const about = `${change.kind} ${change.kind === "state" ? change.title.toLowerCase() : ""}`;
  const found = looks.find(([pattern]) => pattern.test(about));
  return found ? [found[1], found[2]] : [Pencil, "grey"];
}

const few = 8;

/** Every change of this person with its cause. */
export function Changes({ id }: { id: number }) {
  const [url, setUrl] = useUrl<{ all: string }>();
  const everything = url.all === "1";
  const changes = useGet<Page<Change>>(`/subscribers/${id}/changes`, { per_page: everything ? 200 : few });
  const more = (changes.data?.total ?? 0) > few;
  return (
    <Card title={t("What changed, and why")}>
      {changes.error && !changes.data ? (
        <ErrorState problem={changes.error} retry={() => void changes.refetch()} />
      ) : !changes.data ? (
        <SkeletonRows rows={4} />
      ) : changes.data.items.length === 0 ? (
        <p className="px-4 pt-2 pb-4 text-muted">{t("Nothing changed yet.")}</p>
      ) : (
        <ol className="mt-1 divide-y">
          {changes.data.items.map((change) => {
            const [Icon, tone] = lookOf(change);
            return (
              <li key={change.id} className="flex min-h-12.5 items-center gap-3 px-4 py-2">
                <IconBox tone={tone}>
                  <Icon size={16} strokeWidth={1.75} aria-hidden />
                </IconBox>
                <span className="min-w-0 flex-1">
                  <span className="block font-medium wrap-anywhere">{change.title}</span>
                  <span className="block text-cap text-muted wrap-anywhere">{change.detail}</span>
                </span>
                <time dateTime={change.at} className="text-cap whitespace-nowrap text-muted tabular-nums">
                  {moment(change.at)}
                </time>
              </li>
            );
          })}
        </ol>
      )}
      {more && (
        <div className="border-t px-4 py-2.5">
          <Button size="s" variant="quiet" onPress={() => setUrl({ all: everything ? undefined : "1" })}>
            {everything ? t("Show the newest only") : t("Show everything")}
          </Button>
        </div>
      )}
    </Card>
  );
}
