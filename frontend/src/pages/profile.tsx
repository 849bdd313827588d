import { useParams } from "@tanstack/react-router";
import { Ellipsis, Flag, Pencil, Tag as TagIcon, Trash2, UserMinus } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { ago, list, longDay, n, number, percent, t, weekday } from "@/i18n";
import type { Profile } from "@/types";
import {
  Avatar,
  BackLink,
  Button,
  Columns,
  CopyButton,
  ErrorState,
  MenuButton,
  MenuItem,
  PageSkeleton,
  Stack,
  Stat,
  StateBadge,
  StatRow,
  toast,
  useAsk,
  useGo,
  useTitle,
  useUrl,
} from "@/ui/kit";
import { ConsentCard, FieldsCard, FormsCard, TagsCard } from "./profile/cards";
import { Changes } from "./profile/changes";
import { AddTagDialog, EditPerson } from "./profile/dialogs";
import { Emails } from "./profile/emails";
import { PurchasesCard } from "./purchases/of-person";
import { SequencesCard } from "./sequences/of-person";
import { useActs } from "./subscribers/acts";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export default function ProfilePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const person = useGet<Profile>(`/subscribers/${id}`);
  if (person.error && !person.data)
    return <ErrorState page problem={person.error} retry={() => void person.refetch()} />;
  if (!person.data || String(person.data.id) !== id) return <PageSkeleton />;
  return <Content person={person.data} />;
}

function Content({ person }: { person: Profile }) {
  const [url, setUrl] = useUrl<{ add: string; edit: string; mark: string; all: string }>();
  const [adding, setAdding] = useState(url.add === "tag");
  const [editing, setEditing] = useState(false);
  const name = person.first_name || person.email;
  useTitle(name);
  return (
    <div className="mx-auto w-full max-w-7xl px-4 pt-4 pb-10 lg:px-8 lg:pt-6.5">
      <BackLink to="/subscribers">{t("Subscribers")}</BackLink>
      <header className="mb-4.5 flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 items-center gap-4">
          <Avatar name={name} size="xl" />
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h1 className="line-clamp-2 wrap-anywhere" title={name}>
                {name}
              </h1>
              <StateBadge state={person.state} />
            </div>
            <p className="flex flex-wrap items-center gap-x-2 text-body text-muted">
              {person.first_name && <span className="wrap-anywhere">{person.email}</span>}
              <CopyButton text={person.email} label={t("Copy the address")} />
              <span>{joined(person)}</span>
            </p>
          </div>
        </div>
        <Actions person={person} onTag={() => setAdding(true)} onEdit={() => setEditing(true)} />
      </header>
      <Figures person={person} />
      <Columns>
        <Stack>
          <Emails id={person.id} sent={person.stats.sent} />
          <Changes id={person.id} />
        </Stack>
        <Stack>
          <TagsCard person={person} onAdd={() => setAdding(true)} />
          <FieldsCard person={person} onEdit={() => setEditing(true)} />
          <FormsCard person={person} />
          <SequencesCard id={person.id} />
          <PurchasesCard id={person.id} />
          <ConsentCard person={person} />
        </Stack>
      </Columns>
      <AddTagDialog
        person={person}
        open={adding}
        onClose={() => {
          setAdding(false);
          setUrl({ add: undefined });
        }}
      />
      <EditPerson person={person} open={editing} onClose={() => setEditing(false)} />
    </div>
  );
}

function joined(person: Profile): string {
  const form = person.forms[0];
  const date = longDay(person.created_at);
  if (form) return t("joined {date} with the form {form}", { date, form: form.name });
  if (person.source) return t("joined {date}, source: {source}", { date, source: person.source });
  return t("joined {date}", { date });
}

function Actions({ person, onTag, onEdit }: { person: Profile; onTag: () => void; onEdit: () => void }) {
  const may = useMay();
  const ask = useAsk();
  const go = useGo();
  const refresh = useRefresh();
  const { unsubscribe } = useActs();
  if (!may.write) return null;
  const erase = () =>
    ask({
      title: t("Erase {email}?", { email: person.email }),
      body: (
        <>
          <p>{t("For good go: {what}.", { what: list(whatGoes(person)) })}</p>
          <p className="mt-2">
            {t(
              "The numbers in reports stay. A hash of the address stays too, so that an import cannot bring the person back.",
            )}
          </p>
        </>
      ),
      verb: t("Erase this person"),
      danger: true,
      word: person.email,
      run: async () => {
        await api.delete(`/subscribers/${person.id}`);
        await refresh("/subscribers", "/home", "/growth", "/session");
        toast(t("{email} is erased.", { email: person.email }));
        go("/subscribers");
      },
    });
  const complain = () =>
    ask({
      title: t("Note a complaint of {email}?", { email: person.email }),
      body: t(
        "For when somebody calls a letter spam and you hear of it. They get nothing more, and no import brings the address back.",
      ),
      verb: t("Note the complaint"),
      danger: true,
      run: async () => {
        await api.post(`/subscribers/${person.id}/complaint`);
        await refresh("/subscribers", "/home", "/growth", "/session");
        toast(t("{email} gets nothing more.", { email: person.email }));
      },
    });
  const mailable = person.state === "active" || person.state === "inactive";
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button className="[&>svg]:max-sm:hidden" icon={<TagIcon {...stroke} />} onPress={onTag}>
        {t("Add tag")}
      </Button>
      <Button className="[&>svg]:max-sm:hidden" icon={<Pencil {...stroke} />} onPress={onEdit}>
        {t("Edit")}
      </Button>
      {mailable && (
        <Button
          className="[&>svg]:max-sm:hidden"
          icon={<UserMinus {...stroke} />}
          onPress={() => unsubscribe([person.id], 1)}
        >
          {t("Unsubscribe")}
        </Button>
      )}
      <MenuButton label={t("More")} variant="plain" icon={<Ellipsis {...stroke} />}>
        {person.state !== "complained" && (
          <MenuItem icon={<Flag {...stroke} />} onAction={complain}>
            {t("Note a complaint…")}
          </MenuItem>
        )}
        <MenuItem danger icon={<Trash2 {...stroke} />} onAction={erase}>
          {t("Erase this person…")}
        </MenuItem>
      </MenuButton>
    </div>
  );
}

/** What erasing takes, counted. */
function whatGoes(person: Profile): string[] {
  const fields = person.field_list.filter((field) => field.value).length;
  const { tags, forms, consent, stats } = person;
  const counted = [
    fields && n("{count} field", "{count} fields", fields),
    tags.length && n("{count} tag", "{count} tags", tags.length),
    forms.length && n("{count} form", "{count} forms", forms.length),
    consent.length && n("{count} consent record", "{count} consent records", consent.length),
    stats.sent && n("the history of {count} email", "the history of {count} emails", stats.sent),
  ];
  return [t("name and address"), ...counted.filter((text) => typeof text === "string")];
}

function Figures({ person }: { person: Profile }) {
  const { stats } = person;
  return (
    <StatRow>
      <Stat
        label={t("Emails sent")}
        value={number(stats.sent)}
        note={stats.last_sent_at ? t("last on {day}", { day: weekday(stats.last_sent_at) }) : t("none yet")}
      />
      <Stat
        label={t("Opened")}
        value={t("{opened} of {delivered}", { opened: stats.opened, delivered: stats.delivered })}
        note={
          stats.delivered
            ? t("{share} of what arrived", { share: percent(stats.opened, stats.delivered, 0) })
            : t("nothing arrived yet")
        }
      />
      <Stat
        label={t("Clicked")}
        value={number(stats.clicked)}
        note={
          stats.last_clicked_at ? t("last: {ago}", { ago: ago(stats.last_clicked_at) }) : t("no click yet")
        }
      />
      <Stat
        label={t("Tags")}
        value={number(person.tags.length)}
        note={
          person.tags
            .map((tag) => tag.name)
            .slice(0, 3)
            .join(", ") || t("none")
        }
      />
    </StatRow>
  );
}
