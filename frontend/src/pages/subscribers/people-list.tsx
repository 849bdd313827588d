import { Check, Ellipsis, ListFilter, Tag as TagIcon, UserMinus, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { useGet, useMay, useTags } from "@/data";
import { day, t } from "@/i18n";
import type { People, Person } from "@/types";
import {
  A,
  Avatar,
  Badge,
  Button,
  type Column,
  css,
  EmptyState,
  IconButton,
  LinkButton,
  ListCard,
  Mark,
  MenuButton,
  MenuItem,
  MenuLine,
  many,
  Pop,
  RemovableChip,
  SearchField,
  type Selected,
  StateBadge,
  StateTabs,
  stateWords,
  TagPicker,
  useGo,
  useUrl,
} from "@/ui/kit";
import { useActs } from "./acts";
import { BulkBar } from "./bulk-bar";
import { type Filter, stateOf, states } from "./filter";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export function PeopleList({ onAdd }: { onAdd: () => void }) {
  const may = useMay();
  const [url, setUrl] = useUrl<Filter>();
  const state = stateOf(url.state);
  const tags = many(url.tag);
  const page = Number(url.page ?? 1) || 1;
  const people = useGet<People>("/subscribers", {
    state: state === "all" ? undefined : state,
    tag: tags,
    q: url.q,
    page,
    sort: url.sort,
  });
  const [selected, setSelected] = useState<Selected>(new Set());
  const [choosing, setChoosing] = useState(false);
  const filter = { state: state === "all" ? undefined : state, tag: tags.map(Number), q: url.q };
  const filterKey = JSON.stringify(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was selected belongs to the old filter
  useEffect(() => setSelected(new Set()), [filterKey, page]);
  // The box above the rows takes this page; the bar then offers everybody who fits.
  const rows = people.data?.items ?? [];
  const toggle = (id: number) => {
    const next = new Set(selected === "all" ? [] : selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const stop = () => {
    setSelected(new Set());
    setChoosing(false);
  };

  return (
    <ListCard
      label={t("Subscribers")}
      query={people}
      columns={columns(may.write)}
      rowKey={(person) => person.id}
      href={(person) => `/subscribers/${person.id}`}
      selected={selected}
      onSelect={
        may.write
          ? (keys) => setSelected(keys === "all" ? new Set(rows.map((row) => row.id)) : keys)
          : undefined
      }
      onPage={(next) => setUrl({ page: next === 1 ? undefined : String(next) }, false)}
      filtered={!!url.q || tags.length > 0 || state !== "all"}
      onClearFilter={() => setUrl({ q: undefined, tag: undefined, state: undefined, page: undefined })}
      tools={
        <Tools
          counts={people.data?.counts}
          choosing={choosing}
          onChoose={may.write ? setChoosing : undefined}
        />
      }
      bulk={(keys) => (
        <BulkBar
          selected={keys}
          rows={rows}
          total={people.data?.total ?? 0}
          filter={filter}
          onSelect={setSelected}
          onDone={stop}
        />
      )}
      empty={
        <EmptyState
          icon={<Users size={20} aria-hidden />}
          title={t("Nobody yet")}
          action={
            may.write && (
              <>
                <LinkButton to="/subscribers/import">{t("Import a file")}</LinkButton>
                <Button onPress={onAdd}>{t("Add one person")}</Button>
              </>
            )
          }
        >
          {t("Bring your people in with a CSV file, or put a form on your page and let them come.")}
        </EmptyState>
      }
      card={(person) => (
        <PersonCard
          person={person}
          choosing={choosing}
          chosen={selected === "all" || selected.has(person.id)}
          onToggle={() => toggle(person.id)}
          onHold={() => {
            if (!may.write) return;
            setChoosing(true);
            toggle(person.id);
          }}
        />
      )}
    />
  );
}

function Tools({
  counts,
  choosing,
  onChoose,
}: {
  counts?: People["counts"];
  choosing: boolean;
  onChoose?: (on: boolean) => void;
}) {
  const [url, setUrl] = useUrl<Filter>();
  const all = useTags();
  const [text, setText] = useState(url.q ?? "");
  const chosen = many(url.tag).map(Number);
  useEffect(() => {
    if (text.trim() === (url.q ?? "")) return;
    const wait = setTimeout(() => setUrl({ q: text.trim() || undefined, page: undefined }), 250);
    return () => clearTimeout(wait);
  });
  const words = stateWords();
  const keep = { tag: url.tag, q: url.q, sort: url.sort };
  const tabs = states
    .filter((state) => state !== "complained" || (counts?.complained ?? 0) > 0 || url.state === state)
    .map((state) => ({
      id: state,
      label: state === "all" ? t("All") : words[state],
      count: counts?.[state],
      to: "/subscribers",
      search: { ...keep, state: state === "all" ? undefined : state },
    }));
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 p-2.5 max-sm:mb-3 max-sm:p-0">
        <SearchField
          label={t("Search name or email")}
          value={text}
          onChange={setText}
          className="w-80 max-lg:w-60 max-sm:w-auto max-sm:flex-1"
        />
        <div className="min-w-0 flex-1 max-xl:order-last max-xl:basis-full max-sm:-me-4">
          <StateTabs label={t("State")} tabs={tabs} current={stateOf(url.state)} />
        </div>
        {onChoose && (
          <IconButton
            label={choosing ? t("Stop selecting") : t("Select people")}
            variant="plain"
            size="l"
            className="sm:hidden"
            onPress={() => onChoose(!choosing)}
          >
            <Check size={18} aria-hidden />
          </IconButton>
        )}
        <Pop
          label={t("Filter by tag")}
          className="w-72 p-3"
          trigger={
            <Button
              icon={<ListFilter {...stroke} />}
              className="max-xl:ms-auto max-sm:min-h-11 max-sm:px-3.5!"
            >
              <span className="max-sm:sr-only">{t("Filter")}</span>
            </Button>
          }
        >
          <TagPicker
            label={t("Has all of these tags")}
            tags={all}
            value={chosen}
            tone="plain"
            onChange={(ids) => setUrl({ tag: ids.length ? ids.map(String) : undefined, page: undefined })}
          />
        </Pop>
      </div>
      {chosen.length > 0 && (
        <div className="flex flex-wrap items-center gap-1.5 px-4 pb-2.5 text-muted max-sm:px-0">
          {t("Tagged")}
          {chosen.map((id) => (
            <RemovableChip
              key={id}
              tone="accent"
              name={all.find((tag) => tag.id === id)?.name ?? `#${id}`}
              onRemove={() => {
                const rest = chosen.filter((each) => each !== id).map(String);
                setUrl({ tag: rest.length ? rest : undefined, page: undefined });
              }}
            />
          ))}
        </div>
      )}
    </>
  );
}

function columns(write: boolean): Column<Person>[] {
  return [
    {
      id: "person",
      label: t("Subscriber"),
      className: "w-72 max-w-72",
      cell: (person) => (
        <span className="flex items-center gap-2.5">
          <Avatar name={person.first_name || person.email} />
          <span className="min-w-0 leading-4">
            <span className="block truncate font-medium">{person.first_name || person.email}</span>
            {person.first_name && <span className="block truncate text-cap text-soft">{person.email}</span>}
          </span>
        </span>
      ),
    },
    { id: "state", label: t("Status"), cell: (person) => <StateBadge state={person.state} /> },
    {
      id: "tags",
      label: t("Tags"),
      from: "md",
      className: "max-w-60",
      cell: (person) => <TagWords tags={person.tags} />,
    },
    { id: "marks", label: t("Last emails"), from: "lg", cell: (person) => <Marks person={person} /> },
    {
      id: "source",
      label: t("Source"),
      from: "xl",
      className: "max-w-40",
      cell: (person) => <span className="block truncate text-soft">{person.source}</span>,
    },
    {
      id: "joined",
      label: t("Joined"),
      end: true,
      from: "md",
      cell: (person) => <span className="text-soft">{day(person.created_at)}</span>,
    },
    ...(write
      ? [
          {
            id: "menu",
            label: t("Actions"),
            silent: true,
            end: true,
            className: "w-12",
            cell: (person: Person) => <RowMenu person={person} />,
          },
        ]
      : []),
  ];
}

function TagWords({ tags }: { tags: Person["tags"] }) {
  const shown = tags.slice(0, 2);
  return (
    <span className="flex items-center gap-2">
      {shown.map((tag) => (
        <Badge key={tag.id} className="max-w-32">
          {tag.name}
        </Badge>
      ))}
      {tags.length > 2 && <Badge>+{tags.length - 2}</Badge>}
    </span>
  );
}

const Marks = ({ person }: { person: Person }) => (
  <span className="flex items-center gap-1.75">
    {person.marks.map((kind, place) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: marks have no identity but their place
      <Mark key={place} kind={kind} size={13} />
    ))}
  </span>
);

function RowMenu({ person }: { person: Person }) {
  const go = useGo();
  const { unsubscribe } = useActs();
  return (
    <MenuButton
      label={t("Actions for {name}", { name: person.first_name || person.email })}
      size="s"
      icon={<Ellipsis {...stroke} />}
    >
      <MenuItem icon={<Users {...stroke} />} onAction={() => go(`/subscribers/${person.id}`)}>
        {t("Open profile")}
      </MenuItem>
      <MenuItem
        icon={<TagIcon {...stroke} />}
        onAction={() => go(`/subscribers/${person.id}`, { add: "tag" })}
      >
        {t("Add a tag")}
      </MenuItem>
      <MenuLine />
      <MenuItem
        danger
        icon={<UserMinus {...stroke} />}
        disabled={person.state !== "active" && person.state !== "inactive"}
        onAction={() => unsubscribe([person.id], 1)}
      >
        {t("Unsubscribe")}
      </MenuItem>
    </MenuButton>
  );
}

type CardProps = {
  person: Person;
  choosing: boolean;
  chosen: boolean;
  onToggle: () => void;
  onHold: () => void;
};

/** One person on a phone; a long press begins a selection. */
function PersonCard({ person, choosing, chosen, onToggle, onHold }: CardProps) {
  const name = person.first_name || person.email;
  const inside = (
    <>
      <span className="flex items-start gap-3">
        {choosing && chosen ? (
          <span className="grid size-9 shrink-0 place-items-center rounded-chip bg-accent text-on-accent">
            <Check size={18} aria-hidden />
          </span>
        ) : (
          <Avatar name={name} size="l" />
        )}
        <span className="min-w-0 flex-1">
          <span className="flex justify-between gap-2">
            <span className="truncate text-body font-medium">{name}</span>
            <StateBadge state={person.state} />
          </span>
          <span className="block truncate text-cap text-muted">{person.email}</span>
        </span>
      </span>
      <span className="mt-2.25 flex items-center justify-between gap-2">
        {person.tags.length ? (
          <TagWords tags={person.tags} />
        ) : (
          <span className="text-cap text-muted">{t("no tags")}</span>
        )}
        <Marks person={person} />
      </span>
    </>
  );
  const look = css(
    "card block w-full px-3.5 py-2.75 text-start select-none",
    chosen && choosing && "border-accent! bg-accent-soft!",
  );
  if (choosing) {
    return (
      <button type="button" aria-pressed={chosen} className={look} onClick={onToggle}>
        {inside}
      </button>
    );
  }
  return (
    <A
      to={`/subscribers/${person.id}`}
      className={look}
      onContextMenu={(event) => {
        event.preventDefault();
        onHold();
      }}
    >
      {inside}
    </A>
  );
}
