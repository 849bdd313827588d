import type { PersonState } from "@/ui/kit";

/** What the address of the list holds. */
export type Filter = { state: string; tag: string | string[]; q: string; page: string; sort: string };

export const states: ("all" | PersonState)[] = [
  "all",
  "active",
  "inactive",
  "cancelled",
  "bounced",
  "complained",
];

/** A state the list knows; anything else is "all". */
export function stateOf(value: string | undefined): "all" | PersonState {
  return states.find((state) => state === value) ?? "all";
}
