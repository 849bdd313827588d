import { useSyncExternalStore } from "react";

/** Whether the server has forgotten who we are while a screen was open. The screen stays, with all that was typed. */
let expired = false;
const listeners = new Set<() => void>();

export const SIGNED_IN = "postroom:signed-in";

export function setExpired(now: boolean): void {
  if (now === expired) return;
  expired = now;
  for (const listener of listeners) listener();
  // Editors save what they kept back as soon as they may again.
  if (!now) dispatchEvent(new Event(SIGNED_IN));
}

export function useExpired(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => expired,
  );
}
