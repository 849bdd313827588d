import { ArrowDown, ArrowUp, Ellipsis, Eye, EyeOff, ListOrdered, Plus, Trash2 } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { api } from "@/api";
import { useAct, useMay, useRefresh } from "@/data";
import { n, number, percent, t } from "@/i18n";
import {
  A,
  Badge,
  Button,
  Card,
  EmptyState,
  IconButton,
  MenuButton,
  MenuItem,
  MenuLine,
  toast,
  toastProblem,
  Unseen,
  useAsk,
  useGo,
} from "@/ui/kit";
import type { Email, EmailRow, Sequence } from "./shapes";
import { delayOf, subjectOf } from "./words";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

/** The emails in their order; buttons and Alt with the arrows move them. */
export function EmailList({ sequence }: { sequence: Sequence }) {
  const may = useMay();
  const go = useGo();
  const refresh = useRefresh();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const path = `/sequences/${sequence.id}`;
  const emails = sequence.items;
  const order = useAct((ids: number[]) => api.put<Sequence>(`${path}/order`, { ids }), ["/sequences"]);
  const move = async (email: EmailRow, by: -1 | 1) => {
    const from = emails.indexOf(email);
    const to = from + by;
    if (to < 0 || to >= emails.length || order.isPending) return;
    const ids = emails.map((each) => each.id);
    ids.splice(to, 0, ...ids.splice(from, 1));
    await order.mutateAsync(ids).then(
      () => setSaid(t("Now at place {place}", { place: to + 1 })),
      () => {},
    );
  };
  const add = async () => {
    setBusy(true);
    try {
      const made = await api.post<Email>(`${path}/emails`, {});
      await refresh("/sequences");
      go(`${path}/emails/${made.id}`);
    } catch (problem) {
      toastProblem(problem);
      setBusy(false);
    }
  };
  const button = may.write && (
    <Button variant="primary" icon={<Plus size={16} aria-hidden />} busy={busy} onPress={() => void add()}>
      {t("Add email")}
    </Button>
  );
  if (emails.length === 0) {
    return (
      <Card label={t("Emails")}>
        <EmptyState icon={<ListOrdered size={20} aria-hidden />} title={t("No emails yet")} action={button}>
          {t("Write the first one. It leaves at once when somebody is added; later ones leave a day apart.")}
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title={t("Emails")} note={t("in this order")} aside={button}>
      <ol className="mt-3 divide-y border-t">
        {emails.map((email) => (
          <Row
            key={email.id}
            email={email}
            sequence={sequence}
            last={email === emails[emails.length - 1]}
            onMove={(by) => void move(email, by)}
          />
        ))}
      </ol>
      <div aria-live="polite">
        <Unseen>{said}</Unseen>
      </div>
    </Card>
  );
}

type RowProps = { email: EmailRow; sequence: Sequence; last: boolean; onMove: (by: -1 | 1) => void };

function Row({ email, sequence, last, onMove }: RowProps) {
  const may = useMay();
  const subject = subjectOf(email.subject);
  const keys = (event: KeyboardEvent) => {
    const by = event.altKey ? ({ ArrowUp: -1, ArrowDown: 1 } as const)[event.key] : undefined;
    if (!by || !may.write) return;
    event.preventDefault();
    onMove(by);
  };
  return (
    <li className="flex items-start gap-3 px-4 py-3" onKeyDown={keys}>
      <span className="mt-0.5 grid size-6 shrink-0 place-items-center rounded-chip bg-sunken text-cap font-medium text-soft tabular-nums">
        {email.position}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <A
            to={`/sequences/${sequence.id}/emails/${email.id}`}
            className="touch min-w-0 truncate font-medium hover:underline"
            aria-keyshortcuts={may.write ? "Alt+ArrowUp Alt+ArrowDown" : undefined}
          >
            {subject}
          </A>
          {!email.published && <Badge tone="warn">{t("Draft")}</Badge>}
        </p>
        <p className="text-cap text-muted">{delayOf(email)}</p>
        <p className="mt-1 flex flex-wrap gap-x-3 text-cap text-soft tabular-nums">
          {email.waiting > 0 && (
            <span>{n("{count} person waits for it", "{count} people wait for it", email.waiting)}</span>
          )}
          <span>{t("{sent} sent", { sent: number(email.sent) })}</span>
          {email.sent > 0 && (
            <>
              <span>{t("{rate} opened", { rate: percent(email.open_rate, 1) })}</span>
              <span>{t("{rate} clicked", { rate: percent(email.click_rate, 1) })}</span>
            </>
          )}
        </p>
      </div>
      {may.write && (
        <span className="flex shrink-0 items-center">
          <IconButton
            size="s"
            label={t("Move “{subject}” up", { subject })}
            isDisabled={email.position === 1}
            onPress={() => onMove(-1)}
          >
            <ArrowUp {...stroke} />
          </IconButton>
          <IconButton
            size="s"
            label={t("Move “{subject}” down", { subject })}
            isDisabled={last}
            onPress={() => onMove(1)}
          >
            <ArrowDown {...stroke} />
          </IconButton>
          <RowMenu email={email} sequence={sequence} />
        </span>
      )}
    </li>
  );
}

function RowMenu({ email, sequence }: { email: EmailRow; sequence: Sequence }) {
  const ask = useAsk();
  const path = `/sequences/${sequence.id}/emails/${email.id}`;
  const subject = subjectOf(email.subject);
  const behind = sequence.items.find((each) => each.position > email.position && each.published);
  const publish = useAct(
    (published: boolean) => api.patch(path, { published }),
    ["/sequences"],
    (_, published) =>
      toast(
        published
          ? t("“{subject}” is live.", { subject })
          : t("“{subject}” is a draft again and is passed over.", { subject }),
      ),
  );
  const remove = useAct(() => api.delete(path), ["/sequences"]);
  const after = behind
    ? t("They go on to “{subject}”.", { subject: subjectOf(behind.subject) })
    : sequence.hold
      ? t("They stand at the end then.")
      : t("They have completed the sequence then.");
  const question = () =>
    ask({
      title: t("Delete “{subject}”?", { subject }),
      body: email.waiting
        ? `${n("{count} person waits for it.", "{count} people wait for it.", email.waiting)} ${after}`
        : t("Nobody waits for it. Its figures go with it."),
      verb: t("Delete the email"),
      danger: true,
      run: () => remove.mutateAsync(),
    });
  return (
    <MenuButton label={t("Actions for {name}", { name: subject })} size="s" icon={<Ellipsis {...stroke} />}>
      <MenuItem
        icon={email.published ? <EyeOff {...stroke} /> : <Eye {...stroke} />}
        onAction={() => publish.mutate(!email.published)}
      >
        {email.published ? t("Back to draft") : t("Publish")}
      </MenuItem>
      <MenuLine />
      <MenuItem danger icon={<Trash2 {...stroke} />} onAction={question}>
        {t("Delete…")}
      </MenuItem>
    </MenuButton>
  );
}
