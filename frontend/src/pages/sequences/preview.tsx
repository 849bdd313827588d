import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api";
import { useGet } from "@/data";
import { bytes, t } from "@/i18n";
import type { People } from "@/types";
import { ComboBox, ErrorState, Skeleton } from "@/ui/kit";
import { Letter, type View } from "../broadcast-editor/preview";
import type { Email, Preview as Shown } from "./shapes";
import { subjectOf } from "./words";

/** The email as the server makes it, for one chosen person. `stamp` changes when it was saved. */
export function Preview({ email, view, stamp }: { email: Email; view: View; stamp: number }) {
  const [person, setPerson] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const people = useGet<People>("/subscribers", { q: typed, per_page: 20, state: "active" });
  const path = `/sequences/${email.sequence_id}/emails/${email.id}/preview`;
  const shown = useQuery({
    queryKey: [path, person, stamp],
    queryFn: () => api.post<Shown>(path, { subscriber_id: person ? Number(person) : null }),
    placeholderData: (old) => old,
  });
  const options = (people.data?.items ?? []).map((each) => ({
    id: String(each.id),
    label: each.email,
    note: each.first_name ?? undefined,
  }));
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-1 flex-col gap-3 px-4 py-5">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <ComboBox
          label={t("As seen by")}
          options={options}
          value={person}
          onChange={setPerson}
          onSearch={setTyped}
          placeholder={t("An example reader")}
          className="w-72"
        />
        {shown.data && (
          <p className="text-cap text-muted">{t("{size} of HTML", { size: bytes(shown.data.size_bytes) })}</p>
        )}
      </div>
      {shown.data && (
        <p className="card px-4 py-2.5">
          <span className="text-muted">{t("Subject")}</span>{" "}
          <span className="font-medium">{subjectOf(shown.data.subject)}</span>
        </p>
      )}
      {shown.error ? (
        <ErrorState problem={shown.error} retry={() => void shown.refetch()} />
      ) : !shown.data ? (
        <Skeleton className="h-96 w-full" />
      ) : (
        <Letter shown={shown.data} view={view} />
      )}
    </div>
  );
}
