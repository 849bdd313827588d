import { Mail } from "lucide-react";
import { useGet } from "@/data";
import { number, t, weekday } from "@/i18n";
import type { Page, PersonEmail } from "@/types";
import {
  A,
  Card,
  css,
  EmptyState,
  ErrorState,
  Mark,
  type MarkKind,
  markWords,
  Paging,
  SkeletonRows,
  TextLink,
  useUrl,
} from "@/ui/kit";
import { EmailDrawer } from "./email-drawer";

const marks: MarkKind[] = ["delivered", "opened", "clicked", "dropped"];
const size = 10;

type Answer = Page<PersonEmail> & { counts: Record<MarkKind, number> };

const kinds = (): Record<string, string> => ({
  broadcast: t("Broadcast"),
  sequence: t("Sequence"),
  confirmation: t("Confirmation"),
  incentive: t("Confirmation"),
  test: t("Test"),
});

/** Every email to one person with its mark; the legend counts and filters. */
export function Emails({ id, sent }: { id: number; sent: number }) {
  const [url, setUrl] = useUrl<{ mark: string; emails: string; email: string }>();
  const mark = marks.find((each) => each === url.mark);
  const page = Number(url.emails ?? 1) || 1;
  const emails = useGet<Answer>(`/subscribers/${id}/emails`, { mark, page, per_page: size });
  const counts = emails.data?.counts;
  const words = markWords();
  const open = emails.data?.items.find((email) => keyOf(email) === url.email) ?? null;
  return (
    <Card
      title={t("Emails")}
      note={number(sent)}
      aside={mark && <TextLink to={`/subscribers/${id}`}>{t("All {count}", { count: sent })}</TextLink>}
    >
      <nav
        aria-label={t("Filter by what became of them")}
        className="mt-2 flex min-h-8.25 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 pb-1.5 text-cap text-muted"
      >
        {marks.map((kind) => (
          <A
            key={kind}
            to={`/subscribers/${id}`}
            search={{ mark: kind === mark ? undefined : kind }}
            aria-current={kind === mark ? "true" : undefined}
            className={css(
              "-mx-1 flex min-h-6 max-sm:min-h-11 items-center gap-1.5 rounded-control px-1.5 hover:bg-hover",
              kind === mark && "bg-chip text-ink",
            )}
          >
            <Mark kind={kind} size={12} bare />
            {words[kind]} <span className="tabular-nums">{number(counts?.[kind] ?? 0)}</span>
          </A>
        ))}
      </nav>
      {emails.error && !emails.data ? (
        <ErrorState problem={emails.error} retry={() => void emails.refetch()} />
      ) : !emails.data ? (
        <SkeletonRows rows={4} />
      ) : emails.data.items.length === 0 ? (
        <EmptyState
          icon={<Mail size={20} aria-hidden />}
          title={mark ? t("None of these") : t("No email yet")}
        >
          {mark
            ? t("No email to this person ended that way.")
            : t("What you send to this person shows up here, with what became of it.")}
        </EmptyState>
      ) : (
        <>
          <ul className="divide-y">
            {emails.data.items.map((email) => (
              <Row key={keyOf(email)} email={email} onOpen={() => setUrl({ email: keyOf(email) })} />
            ))}
          </ul>
          {emails.data.total > size && (
            <Paging
              page={page}
              total={emails.data.total}
              size={size}
              onPage={(next) => setUrl({ emails: next === 1 ? undefined : String(next) })}
            />
          )}
        </>
      )}
      <EmailDrawer person={id} email={open} onClose={() => setUrl({ email: undefined })} />
    </Card>
  );
}

const keyOf = (email: PersonEmail): string => `${email.send_id}-${email.nth}`;

function Row({ email, onOpen }: { email: PersonEmail; onOpen: () => void }) {
  return (
    <li className="relative grid min-h-12 hover:bg-faint grid-cols-[1.5rem_minmax(0,1fr)_auto] items-center gap-x-2 px-4 py-1.5 sm:grid-cols-[1.5rem_minmax(0,1fr)_minmax(0,1.3fr)_5.5rem]">
      <Mark kind={email.mark} size={14} />
      <span className="min-w-0">
        {/* The whole row opens, by a button that reaches over it. */}
        <button
          type="button"
          onClick={onOpen}
          className="block max-w-full truncate text-start leading-4.5 font-medium before:absolute before:inset-0 hover:underline"
        >
          {email.subject || t("No subject")}
        </button>
        <span className="block text-cap text-muted">{kinds()[email.kind] ?? email.kind}</span>
      </span>
      <span className="min-w-0 truncate text-soft max-sm:order-last max-sm:col-span-2 max-sm:col-start-2">
        {email.text}
      </span>
      <time dateTime={email.at} className="text-end text-muted tabular-nums">
        {weekday(email.at)}
      </time>
    </li>
  );
}
