import { Bot, CircleAlert, Eye, MousePointerClick, Send } from "lucide-react";
import type { ReactNode } from "react";
import { useGet } from "@/data";
import { exact, moment, n, t } from "@/i18n";
import type { PersonEmail, Shapes } from "@/types";
import { Badge, Drawer, ErrorState, Mark, Pair, SkeletonRows, TextLink } from "@/ui/kit";
import { deviceOf } from "./device";

type OneEmail = Shapes["OneEmailOut"];
type Props = { person: number; email: PersonEmail | null; onClose: () => void };

const stroke = { size: 14, strokeWidth: 1.75, "aria-hidden": true } as const;

/** What became of one email: its way, the servers' words, and every sign of the reader. */
export function EmailDrawer({ person, email, onClose }: Props) {
  return (
    <Drawer title={t("What became of it")} open={email !== null} onClose={onClose}>
      {email && <Content person={person} email={email} />}
    </Drawer>
  );
}

function Content({ person, email }: { person: number; email: PersonEmail }) {
  const found = useGet<OneEmail>(`/subscribers/${person}/emails/${email.send_id}`, {
    nth: email.nth || undefined,
  });
  return (
    <>
      <div className="flex items-start gap-3">
        <span className="mt-1">
          <Mark kind={email.mark} size={16} />
        </span>
        <div className="min-w-0">
          <p className="font-serif text-lead font-medium wrap-anywhere">{email.subject}</p>
          <p className="text-muted">{email.text}</p>
          {email.broadcast_id && (
            <TextLink to={`/broadcasts/${email.broadcast_id}`} className="text-cap">
              {t("See its report")}
            </TextLink>
          )}
        </div>
      </div>
      {found.error && !found.data ? (
        <ErrorState problem={found.error} retry={() => void found.refetch()} />
      ) : found.data ? (
        <Details email={found.data} />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </>
  );
}

const states = (): Record<string, string> => ({
  accepted: t("Taken by the receiving server"),
  refused: t("Refused by the receiving server"),
  uncertain: t("Sent, the server's answer was lost"),
  deferred: t("Will be tried again"),
});

function Details({ email }: { email: OneEmail }) {
  return (
    <>
      <dl className="mt-4 border-t pt-2">
        <Pair term={t("Delivery")}>{states()[email.state] ?? email.state}</Pair>
        <Pair term={t("When")}>{exact(email.at)}</Pair>
        <Pair term={t("Tries")}>{String(Math.max(1, email.attempts))}</Pair>
        <Pair term={t("Opened")}>
          {email.opens ? n("{count} time", "{count} times", email.opens) : t("not by a person")}
        </Pair>
        {email.machine_opens > 0 && (
          <Pair term={t("By machines")}>{n("{count} time", "{count} times", email.machine_opens)}</Pair>
        )}
        {email.unsubscribed_at && <Pair term={t("Unsubscribed")}>{exact(email.unsubscribed_at)}</Pair>}
      </dl>
      {email.links.length > 0 && (
        <Part title={t("Links")}>
          {email.links.map((link) => (
            <li key={link.url} className="flex justify-between gap-3 py-1">
              <span className="min-w-0 truncate" title={link.url}>
                {link.url.replace(/^https?:\/\//, "")}
              </span>
              <span className="whitespace-nowrap text-muted tabular-nums">
                {n("{count} click", "{count} clicks", link.clicks)}
              </span>
            </li>
          ))}
        </Part>
      )}
      <Part title={t("Step by step")}>
        {steps(email).map((step) => (
          <li
            key={`${step.at}${step.title}`}
            className="grid grid-cols-[1.25rem_minmax(0,1fr)_auto] gap-x-2 py-1.5"
          >
            <span className="mt-0.5 text-muted">{step.icon}</span>
            <span className="min-w-0">
              <span className="flex flex-wrap items-center gap-x-2">
                {step.title}
                {step.machine && <Badge>{t("machine")}</Badge>}
              </span>
              {step.detail && <span className="block text-cap text-muted wrap-anywhere">{step.detail}</span>}
            </span>
            <time dateTime={step.at} className="text-cap whitespace-nowrap text-muted tabular-nums">
              {moment(step.at)}
            </time>
          </li>
        ))}
      </Part>
    </>
  );
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className="mt-4 border-t pt-3">
    <h3 className="caps mb-1">{title}</h3>
    <ul>{children}</ul>
  </section>
);

type Step = { at: string; icon: ReactNode; title: string; detail?: string; machine?: boolean };

/** Tries, opens and clicks in the order they came. */
function steps(email: OneEmail): Step[] {
  const answers = email.answers.map((answer) => ({
    at: answer.at,
    icon: <CircleAlert {...stroke} />,
    title: answer.code ? t("The server said {code}", { code: String(answer.code) }) : t("No clear answer"),
    detail: answer.text,
  }));
  const signs = email.signs.map((sign) => ({
    at: sign.at,
    icon: sign.is_machine ? (
      <Bot {...stroke} />
    ) : sign.kind === "click" ? (
      <MousePointerClick {...stroke} />
    ) : (
      <Eye {...stroke} />
    ),
    title: sign.kind === "click" ? t("Clicked") : t("Opened"),
    detail: [sign.url.replace(/^https?:\/\//, ""), deviceOf(sign.user_agent)].filter(Boolean).join(" · "),
    machine: sign.is_machine,
  }));
  const left = {
    at: email.at,
    icon: <Send {...stroke} />,
    title: states()[email.state] ?? email.state,
    detail: email.reason,
  };
  return [...answers, left, ...signs].sort((a, b) => a.at.localeCompare(b.at));
}
