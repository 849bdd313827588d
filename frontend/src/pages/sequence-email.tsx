import { useParams } from "@tanstack/react-router";
import { useGet } from "@/data";
import { ErrorState, PageSkeleton } from "@/ui/kit";
import { Desk } from "./sequences/desk";
import type { Email } from "./sequences/shapes";

/** Loads one email of a sequence and puts it on the desk. */
export default function SequenceEmailPage() {
  const { id, email } = useParams({ strict: false }) as { id: string; email: string };
  const found = useGet<Email>(`/sequences/${id}/emails/${email}`);
  const letter = found.data && String(found.data.id) === email ? found.data : undefined;
  if (found.error && !letter) {
    return <ErrorState page problem={found.error} retry={() => void found.refetch()} />;
  }
  // One kept from an earlier visit may be old: the first answer of this visit decides.
  if (!letter || !found.isFetchedAfterMount) return <PageSkeleton />;
  return <Desk key={letter.id} loaded={letter} />;
}
