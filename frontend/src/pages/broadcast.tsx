import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { useGet } from "@/data";
import { ErrorState, PageSkeleton, useGo } from "@/ui/kit";
import { Following } from "./broadcast/following";
import { ReportPage } from "./broadcast/report";
import { Waiting } from "./broadcast/waiting";
import type { Broadcast as Letter } from "./broadcasts/shapes";

/** One broadcast after writing: waiting for its time, on its way, or sent. A draft opens in the editor. */
export default function Broadcast() {
  const { id } = useParams({ strict: false }) as { id: string };
  const go = useGo();
  const found = useGet<Letter>(`/broadcasts/${id}`, undefined, { every: 5000 });
  const letter = found.data && String(found.data.id) === id ? found.data : undefined;
  const draft = letter?.state === "draft" && !found.isFetching;
  useEffect(() => {
    if (draft) go(`/broadcasts/${id}/edit`, undefined, true);
  });
  if (found.error && !letter) {
    return <ErrorState page problem={found.error} retry={() => void found.refetch()} />;
  }
  if (!letter || letter.state === "draft") return <PageSkeleton />;
  if (letter.state === "completed" || letter.state === "aborted") return <ReportPage letter={letter} />;
  if (letter.send_id === null) return <Waiting letter={letter} />;
  return <Following letter={letter} />;
}
