import { useEffect, useRef } from "react";
import { useGo } from "../ui/kit";

export const singleKeysStore = "single-keys";
/** Keys without Ctrl or ⌘ can get in the way of speech input, so they can be switched off (WCAG 2.2, 2.1.4). */
export const singleKeys = (): boolean => localStorage.getItem(singleKeysStore) !== "off";

const places: Record<string, string> = {
  h: "/",
  s: "/subscribers",
  t: "/tags",
  f: "/forms",
  b: "/broadcasts",
  e: "/settings",
};

function isTyping(target: EventTarget | null): boolean {
  const at = target instanceof HTMLElement ? target : null;
  return !!at?.closest("input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]");
}

/** ⌘K and / open the search, ? the list of keys, g and a letter goes somewhere. */
export function useShortcuts(openSearch: () => void, openHelp: () => void): void {
  const go = useGo();
  const acts = useRef({ go, openSearch, openHelp });
  acts.current = { go, openSearch, openHelp };
  useEffect(() => {
    let waits = 0;
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if ((event.metaKey || event.ctrlKey) && key === "k") {
        event.preventDefault();
        acts.current.openSearch();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || !singleKeys()) return;
      const place = Date.now() - waits < 1500 ? places[key] : undefined;
      waits = key === "g" ? Date.now() : 0;
      if (place) acts.current.go(place);
      else if (key === "/") acts.current.openSearch();
      else if (key === "?") acts.current.openHelp();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
