import { Minus, Plus, UserMinus, X } from "lucide-react";
import { createTag, useTags } from "@/data";
import { n, number, t } from "@/i18n";
import type { Person } from "@/types";
import { Button, IconButton, Pop, type Selected, TagPicker, TextButton } from "@/ui/kit";
import { type ActFilter, useActs, type Whom } from "./acts";

type Props = {
  selected: Selected;
  rows: Person[];
  total: number;
  filter: ActFilter;
  onSelect: (keys: Selected) => void;
  onDone: () => void;
};

/** Stands over the list while people are selected; "all" on a page can grow to everybody who fits. */
export function BulkBar({ selected, rows, total, filter, onSelect, onDone }: Props) {
  const acts = useActs();
  const onPage = rows.map((row) => row.id);
  const everybody = selected === "all";
  const ids = everybody ? [] : ([...selected] as number[]);
  const count = everybody ? total : ids.length;
  const whom: Whom = everybody ? filter : ids;
  const wholePage = !everybody && onPage.length > 0 && onPage.every((id) => selected.has(id));
  return (
    <div className="sticky top-0 z-20 flex flex-wrap items-center gap-2 rounded-t-card border-b bg-accent-soft p-2.5 max-lg:top-13 max-sm:mb-3 max-sm:rounded-card max-sm:border">
      <IconButton label={t("Clear the selection")} size="s" onPress={onDone}>
        <X size={16} aria-hidden />
      </IconButton>
      <span className="font-medium" role="status">
        {n("{count} person selected", "{count} people selected", count)}
      </span>
      {wholePage && total > onPage.length && (
        <TextButton onPress={() => onSelect("all")}>
          {t("Select all {total} that fit", { total: number(total) })}
        </TextButton>
      )}
      <span className="ms-auto flex flex-wrap gap-2">
        <TagPop
          verb={t("Add tag")}
          icon={<Plus size={14} aria-hidden />}
          add
          run={(id, name) => acts.tag(whom, id, name, true).then(onDone)}
        />
        <TagPop
          verb={t("Remove tag")}
          icon={<Minus size={14} aria-hidden />}
          run={(id, name) => acts.tag(whom, id, name, false).then(onDone)}
        />
        <Button
          size="s"
          variant="danger"
          icon={<UserMinus size={14} aria-hidden />}
          onPress={() => acts.unsubscribe(whom, count, onDone)}
        >
          {t("Unsubscribe")}
        </Button>
      </span>
    </div>
  );
}

type TagPopProps = {
  verb: string;
  icon: React.ReactNode;
  add?: boolean;
  run: (id: number, name: string) => Promise<void>;
};

function TagPop({ verb, icon, add, run }: TagPopProps) {
  const tags = useTags();
  const make = async (name: string) => {
    const tag = await createTag(name);
    made.push(tag);
    return tag;
  };
  const made: { id: number; name: string }[] = [];
  return (
    <Pop
      label={verb}
      className="w-72 p-3"
      trigger={
        <Button size="s" icon={icon}>
          {verb}
        </Button>
      }
    >
      {(close) => (
        <TagPicker
          label={add ? t("Tag to add") : t("Tag to take away")}
          tags={tags}
          value={[]}
          onCreate={add ? make : undefined}
          onChange={([id]) => {
            const tag = [...tags, ...made].find((each) => each.id === id);
            if (!tag) return;
            close();
            void run(tag.id, tag.name);
          }}
        />
      )}
    </Pop>
  );
}
