import { Equal, Lock, Pencil, Plus, Shield, X } from "lucide-react";
import type { ReactNode } from "react";
import { sentence } from "@/api";
import { list, n, number, t } from "@/i18n";
import { Button, css, IconBox, Remark, Skeleton, StackBar, type Tone } from "@/ui/kit";
import type { Import, Preview } from "./shape";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

type Props = {
  run: Import;
  preview: Preview | null;
  problem: unknown;
  counting: boolean;
  tags: string[];
  newState: string;
  starting: boolean;
  onStart: () => void;
};

/** The dry run: the five numbers are the rows of the file. */
export function WhatHappens({ run, preview, problem, counting, tags, newState, starting, onStart }: Props) {
  return (
    <aside className="card flex flex-col" aria-label={t("What will happen")} aria-busy={counting}>
      <header className="px-4 pt-3.25 pb-3">
        <h2>
          {t("What will happen")}
          <small className="ms-1.5 text-ui font-normal text-muted">{t("nothing is written yet")}</small>
        </h2>
      </header>
      {problem ? (
        <div role="alert" className="px-4 pb-4">
          <Remark tone="bad">{sentence(problem)}</Remark>
        </div>
      ) : !preview ? (
        <div role="status" aria-label={t("Counting…")} className="grid gap-4 px-4 pb-4">
          <Skeleton className="h-2" />
          <Skeleton className="h-10" />
          <Skeleton className="h-10" />
          <Skeleton className="h-10" />
        </div>
      ) : (
        <Counted preview={preview} faded={counting} tags={tags} newState={newState} />
      )}
      <div className="mt-auto border-t px-4 pt-3.5 pb-4">
        <Button
          variant="primary"
          className="h-9! w-full"
          busy={starting}
          isDisabled={!preview || !!problem || counting || preview.created + preview.changed === 0}
          onPress={onStart}
        >
          {problem ? t("Nothing to import yet") : verb(preview)}
        </Button>
        <p className="mt-2.25 text-center text-cap text-muted">
          {t("Takes about {time}. You may leave this page meanwhile.", { time: duration(run.total_rows) })}
        </p>
      </div>
    </aside>
  );
}

function verb(preview: Preview | null): string {
  if (!preview) return t("Counting…");
  const { created, changed } = preview;
  if (created + changed === 0) return t("There is nothing to import");
  if (changed === 0) return n("Create {count} person", "Create {count} people", created);
  if (created === 0) return n("Change {count} person", "Change {count} people", changed);
  return n(
    "Create {created} and change {count} person",
    "Create {created} and change {count} people",
    changed,
    { created },
  );
}

/** At a few thousand rows a second; told in whole, careful words. */
function duration(rows: number): string {
  const seconds = Math.ceil(rows / 3000) + 1;
  return seconds < 60
    ? n("{count} second", "{count} seconds", seconds)
    : n("{count} minute", "{count} minutes", Math.ceil(seconds / 60));
}

function Counted({
  preview,
  faded,
  tags,
  newState,
}: {
  preview: Preview;
  faded: boolean;
  tags: string[];
  newState: string;
}) {
  const gone = preview.left.cancelled + preview.left.bounced + preview.left.complained;
  const word = newState === "active" ? t("Confirmed") : t("Unconfirmed");
  return (
    <div className={css("transition-opacity", faded && "opacity-50")}>
      <div className="px-4 pb-2">
        <StackBar
          label={t("{created} created, {changed} changed, {same} stay, {gone} stay out, {refused} refused", {
            created: preview.created,
            changed: preview.changed,
            same: preview.unchanged,
            gone,
            refused: preview.refused,
          })}
          parts={[
            { id: "created", label: t("Created"), value: preview.created, tone: "accent" },
            { id: "changed", label: t("Changed"), value: preview.changed, tone: "info" },
            { id: "same", label: t("Stay as they are"), value: preview.unchanged, tone: "grey" },
            { id: "gone", label: t("Left before"), value: gone, tone: "yellow" },
            { id: "refused", label: t("Refused"), value: preview.refused, tone: "danger" },
          ]}
        />
      </div>
      <ul className="divide-y">
        <Item tone="ok" icon={<Plus {...icon} />} title={t("Created")} count={preview.created}>
          {tags.length ? t("{state}, tagged {tags}", { state: word, tags: list(tags) }) : word}
        </Item>
        <Item tone="info" icon={<Pencil {...icon} />} title={t("Changed")} count={preview.changed}>
          {t("they get new values or tags")}
        </Item>
        <Item tone="grey" icon={<Equal {...icon} />} title={t("Stay as they are")} count={preview.unchanged}>
          {t("they have all of it already")}
        </Item>
        <Item tone="warn" icon={<Lock {...icon} />} title={t("Left before, stay out")} count={gone}>
          {t("{cancelled} unsubscribed, {bounced} bounced, {complained} complained", preview.left)}
        </Item>
        <Item tone="bad" icon={<X {...icon} />} title={t("Refused")} count={preview.refused}>
          {preview.refused ? t("you get these rows back as a file") : t("every row can be read")}
          {preview.reasons.length > 0 && (
            <ul className="mt-2 text-ui">
              {preview.reasons.map((reason) => (
                <li key={reason.reason} className="flex gap-2.5 py-0.5 text-soft">
                  <span className="min-w-4 text-end font-medium text-ink tabular-nums">
                    {number(reason.count)}
                  </span>
                  {reason.text}
                </li>
              ))}
            </ul>
          )}
        </Item>
      </ul>
      <div className="grid gap-2 px-4 pt-1 pb-4">
        {gone > 0 && (
          <Remark tone="warn" icon={<Shield {...icon} />}>
            {t(
              "Nobody who left is made active again, whatever the file says. Only they can come back, with a form.",
            )}
          </Remark>
        )}
        {preview.notes.map((note) => (
          <Remark key={note} tone="grey">
            {note}
          </Remark>
        ))}
      </div>
    </div>
  );
}

type ItemProps = { tone: Tone; icon: ReactNode; title: string; count: number; children: ReactNode };

export function Item({ tone, icon: image, title, count, children }: ItemProps) {
  return (
    <li className="flex gap-3 px-4 py-3">
      <IconBox tone={tone}>{image}</IconBox>
      <div className="min-w-0 flex-1">
        <div className="flex justify-between gap-3">
          <span className="font-medium">{title}</span>
          <span className="text-lead leading-5 font-semibold tabular-nums">{number(count)}</span>
        </div>
        <div className="text-cap text-muted">{children}</div>
      </div>
    </li>
  );
}
