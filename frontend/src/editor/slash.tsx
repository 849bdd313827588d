import { Extension } from "@tiptap/core";
import { Suggestion, type SuggestionProps } from "@tiptap/suggestion";
import { t } from "@/i18n";
import { css } from "@/ui/kit";
import { type Insert, insert, inserts } from "./inserts";

export type SlashState = {
  items: Insert[];
  chosen: number;
  rect: DOMRect | null;
  pick: (item: Insert) => void;
};

/** Typing "/" at the start of a word opens the list of blocks; arrows and Enter choose. */
export const slash = (show: (state: SlashState | null) => void) =>
  Extension.create({
    name: "slash",
    addProseMirrorPlugins() {
      return [
        Suggestion<Insert, Insert>({
          editor: this.editor,
          char: "/",
          items: ({ query }) =>
            inserts().filter((each) => each.label.toLowerCase().includes(query.trim().toLowerCase())),
          command: ({ editor, range, props }) => {
            editor.chain().deleteRange(range).run();
            insert(editor, props.block);
          },
          render: () => menu(show),
        }),
      ];
    },
  });

function menu(show: (state: SlashState | null) => void) {
  let state: SlashState | null = null;
  const set = (next: SlashState | null) => {
    state = next;
    show(next);
  };
  const open = (props: SuggestionProps<Insert, Insert>) =>
    set({
      items: props.items,
      chosen: 0,
      rect: props.clientRect?.() ?? null,
      pick: (item) => props.command(item),
    });
  return {
    onStart: open,
    onUpdate: open,
    onExit: () => set(null),
    onKeyDown: ({ event }: { event: KeyboardEvent }) => {
      if (!state?.items.length) return false;
      const count = state.items.length;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const item = state.items[state.chosen];
      if (step) set({ ...state, chosen: (state.chosen + step + count) % count });
      else if (event.key === "Enter" && item) state.pick(item);
      else if (event.key === "Escape") set(null);
      else return false;
      return true;
    },
  };
}

/** What the arrows choose must be seen in a list that scrolls. */
const intoView = (option: HTMLElement | null) => option?.scrollIntoView({ block: "nearest" });

export function SlashMenu({ state }: { state: SlashState }) {
  if (!state.rect || !state.items.length) return null;
  const below = state.rect.bottom + 300 < innerHeight;
  const place = below ? { top: state.rect.bottom + 6 } : { bottom: innerHeight - state.rect.top + 6 };
  return (
    <div
      role="listbox"
      aria-label={t("Blocks to put in")}
      className="pop appear fixed z-50 max-h-72 w-56 overflow-auto p-1"
      style={{ ...place, insetInlineStart: Math.min(state.rect.left, innerWidth - 240) }}
    >
      {state.items.map((item, index) => (
        <button
          key={item.id}
          type="button"
          role="option"
          aria-selected={index === state.chosen}
          tabIndex={-1}
          ref={index === state.chosen ? intoView : undefined}
          onMouseDown={(event) => {
            event.preventDefault();
            state.pick(item);
          }}
          className={css(
            "flex h-8 w-full items-center gap-2.5 rounded-control px-2.5 text-start max-sm:h-11",
            index === state.chosen && "bg-hover",
          )}
        >
          <span className="text-muted">{item.icon}</span>
          {item.label}
        </button>
      ))}
    </div>
  );
}
