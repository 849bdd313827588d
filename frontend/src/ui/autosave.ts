import { useCallback, useEffect, useRef, useState } from "react";
import { SIGNED_IN } from "../expired";

export type Saved = { state: "saved" | "waiting" | "saving" | "failed"; problem?: unknown };

/**
 * Collects changes and saves them after a short pause, one save at a time.
 * A failed save is kept and tried again with the next change or `retry`.
 */
export function useAutosave<T extends object>(save: (change: Partial<T>) => Promise<unknown>, pause = 600) {
  const [saved, setSaved] = useState<Saved>({ state: "saved" });
  const open = useRef<Partial<T>>({});
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const running = useRef(false);
  const latest = useRef(save);
  latest.current = save;

  const flush = useCallback(async () => {
    clearTimeout(timer.current);
    if (running.current || Object.keys(open.current).length === 0) return;
    const change = open.current;
    open.current = {};
    running.current = true;
    setSaved({ state: "saving" });
    try {
      await latest.current(change);
      running.current = false;
      if (Object.keys(open.current).length > 0) await flush();
      else setSaved({ state: "saved" });
    } catch (problem) {
      running.current = false;
      open.current = { ...change, ...open.current };
      setSaved({ state: "failed", problem });
    }
  }, []);

  const change = useCallback(
    (part: Partial<T>) => {
      open.current = { ...open.current, ...part };
      setSaved({ state: "waiting" });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), pause);
    },
    [flush, pause],
  );

  // Leaving the screen saves what is still open; closing the tab asks.
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (Object.keys(open.current).length > 0 || running.current) event.preventDefault();
    };
    const again = () => void flush();
    addEventListener("beforeunload", ask);
    addEventListener(SIGNED_IN, again);
    return () => {
      removeEventListener("beforeunload", ask);
      removeEventListener(SIGNED_IN, again);
      void flush();
    };
  }, [flush]);

  return { saved, change, flush };
}
