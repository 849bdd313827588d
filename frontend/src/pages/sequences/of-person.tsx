import { useGet } from "@/data";
import { moment, t } from "@/i18n";
import { A, Card } from "@/ui/kit";
import type { OfPerson } from "./shapes";
import { placeWords } from "./words";

/** On a profile: the sequences somebody is or was in. */
export function SequencesCard({ id }: { id: number }) {
  const items = useGet<{ items: OfPerson[] }>(`/subscribers/${id}/sequences`).data?.items ?? [];
  if (items.length === 0) return null;
  const words = placeWords();
  return (
    <Card title={t("Sequences")} note={String(items.length)}>
      <ul className="px-4 pt-1.5 pb-3.5">
        {items.map((each) => (
          <li key={each.id} className="flex min-h-6.75 items-center justify-between gap-3">
            <A to={`/sequences/${each.id}`} className="touch truncate hover:underline">
              {each.name}
            </A>
            <span className="text-cap whitespace-nowrap text-muted">
              {each.place === "on_way" && each.due_at
                ? t("next {when}", { when: moment(each.due_at) })
                : words[each.place]}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
