import { UserMinus, Users } from "lucide-react";
import { api } from "@/api";
import { useAct, useGet, useMay } from "@/data";
import { day, t } from "@/i18n";
import {
  A,
  type Column,
  EmptyState,
  IconButton,
  ListCard,
  SearchField,
  StateBadge,
  StateTabs,
  toast,
  useUrl,
} from "@/ui/kit";
import type { Place, Sequence, Standing, Standings } from "./shapes";
import { placeWords, standsAt } from "./words";

const places: Place[] = ["on_way", "waits", "at_end", "completed", "stopped"];

/** Who is in it, and where each of them stands. */
export function PeopleList({ sequence }: { sequence: Sequence }) {
  const may = useMay();
  const [url, setUrl] = useUrl<{ tab: string; place: string; q: string; page: string }>();
  const place = places.find((each) => each === url.place);
  const path = `/sequences/${sequence.id}`;
  const list = useGet<Standings>(`${path}/people`, { place, q: url.q, page: url.page });
  const remove = useAct(
    (person: Standing) => api.delete(`${path}/people/${person.subscriber_id}`),
    ["/sequences"],
    (_, person) =>
      toast(t("{email} is out and gets nothing more of this sequence.", { email: person.email })),
  );
  const onRemove = may.write ? (person: Standing) => remove.mutate(person) : undefined;
  const words = placeWords();
  const counts = sequence.people;
  const all = places.reduce((sum, each) => sum + counts[each], 0);
  return (
    <ListCard
      label={t("People in the sequence")}
      query={list}
      columns={columns(sequence, onRemove)}
      rowKey={(person) => person.subscriber_id}
      href={(person) => `/subscribers/${person.subscriber_id}`}
      filtered={!!place || !!url.q}
      onClearFilter={() => setUrl({ place: undefined, q: undefined, page: undefined })}
      onPage={(page) => setUrl({ page: String(page) }, false)}
      card={(person) => <Small person={person} sequence={sequence} onRemove={onRemove} />}
      tools={
        <div className="flex flex-wrap items-center justify-between gap-2 p-2.5 max-sm:px-0">
          <StateTabs
            label={t("Where they stand")}
            current={place ?? "all"}
            tabs={[
              { id: "all", label: t("All"), count: all, to: path, search: { tab: "people" } },
              ...places
                .filter((each) => counts[each] > 0 || each === place)
                .map((each) => ({
                  id: each,
                  label: words[each],
                  count: counts[each],
                  to: path,
                  search: { tab: "people", place: each },
                })),
            ]}
          />
          <SearchField
            label={t("Search people")}
            value={url.q ?? ""}
            onChange={(q) => setUrl({ q: q || undefined, page: undefined })}
            className="w-full sm:w-60"
          />
        </div>
      }
      empty={
        <EmptyState icon={<Users size={20} aria-hidden />} title={t("Nobody yet")}>
          {t("Add people by hand, or let a program do it with the API.")}
        </EmptyState>
      }
    />
  );
}

function columns(sequence: Sequence, onRemove?: (person: Standing) => void): Column<Standing>[] {
  return [
    {
      id: "person",
      label: t("Person"),
      className: "max-w-72",
      cell: (person) => (
        <span className="block min-w-0">
          <A to={`/subscribers/${person.subscriber_id}`} className="block truncate font-medium">
            {person.first_name || person.email}
          </A>
          {person.first_name && <span className="block truncate text-cap text-muted">{person.email}</span>}
        </span>
      ),
    },
    {
      id: "stands",
      label: t("Where they stand"),
      className: "max-w-96",
      cell: (person) => (
        <span className="flex items-center gap-2">
          <span className="truncate">{standsAt(person, sequence)}</span>
          {person.state !== "active" && <StateBadge state={person.state} />}
        </span>
      ),
    },
    { id: "since", label: t("Began"), end: true, from: "md", cell: (person) => day(person.started_at) },
    ...(onRemove
      ? [
          {
            id: "out",
            label: t("Actions"),
            silent: true,
            end: true,
            className: "w-12",
            cell: (person: Standing) => <TakeOut person={person} onRemove={onRemove} />,
          },
        ]
      : []),
  ];
}

type SmallProps = { person: Standing; sequence: Sequence; onRemove?: (person: Standing) => void };

const Small = ({ person, sequence, onRemove }: SmallProps) => (
  <div className="card flex min-h-16 items-center gap-2 px-4 py-3">
    <A to={`/subscribers/${person.subscriber_id}`} className="block min-w-0 flex-1">
      <span className="block truncate text-body font-medium">{person.first_name || person.email}</span>
      <span className="block text-cap text-muted">{standsAt(person, sequence)}</span>
    </A>
    {onRemove && <TakeOut person={person} onRemove={onRemove} />}
  </div>
);

const TakeOut = ({ person, onRemove }: { person: Standing; onRemove: (person: Standing) => void }) =>
  person.place !== "stopped" && (
    <IconButton
      size="s"
      label={t("Take {email} out", { email: person.email })}
      onPress={() => onRemove(person)}
    >
      <UserMinus size={16} strokeWidth={1.75} aria-hidden />
    </IconButton>
  );
