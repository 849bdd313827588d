import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useGet } from "@/data";
import { t } from "@/i18n";
import { ErrorState, PageSkeleton, useGo } from "@/ui/kit";
import { Desk } from "./broadcast-editor/desk";
import type { Broadcast } from "./broadcasts/shapes";

/** Loads the letter; one that has left is not written any more, so its own page opens instead. */
export default function Editor() {
  const { id } = useParams({ strict: false }) as { id: string };
  const go = useGo();
  const found = useGet<Broadcast>(`/broadcasts/${id}`);
  const letter = found.data && String(found.data.id) === id ? found.data : undefined;
  const open =
    letter && (letter.state === "draft" || letter.state === "scheduled" || letter.held_before_expansion);
  useEffect(() => {
    if (letter && !open) go(`/broadcasts/${id}`, undefined, true);
  });
  if (found.error && !letter) {
    return <ErrorState page problem={found.error} retry={() => void found.refetch()} />;
  }
  // A letter kept from an earlier visit may be old: the first answer of this visit decides.
  if (!letter || !open || !found.isFetchedAfterMount) return <PageSkeleton />;
  return <Desk key={letter.id} loaded={letter} label={t("Broadcasts")} />;
}
