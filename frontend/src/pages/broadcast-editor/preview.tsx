import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api";
import { useGet } from "@/data";
import { bytes, t } from "@/i18n";
import type { People } from "@/types";
import { ComboBox, css, ErrorState, Remark, Skeleton } from "@/ui/kit";
import type { Preview as Shown } from "../broadcasts/shapes";
import { LetterFrame } from "./frame";

export type View = "write" | "desktop" | "mobile" | "dark" | "text";

/** The letter as the server makes it, for one chosen person. `stamp` changes when it was saved. */
export function Preview({ id, view, stamp }: { id: number; view: View; stamp: number }) {
  const [person, setPerson] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const people = useGet<People>("/subscribers", { q: typed, per_page: 20, state: "active" });
  const shown = useQuery({
    queryKey: [`/broadcasts/${id}/preview`, person, stamp],
    queryFn: () =>
      api.post<Shown>(`/broadcasts/${id}/preview`, {
        subscriber_id: person ? Number(person) : null,
        mode: "html",
      }),
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
          <span className="font-medium">{shown.data.subject || t("No subject yet")}</span>
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

export function Letter({ shown, view }: { shown: Shown; view: View }) {
  if (!shown.html && !shown.text) {
    return <Remark tone="bad">{shown.warnings[0]?.text ?? t("There is nothing to show yet.")}</Remark>;
  }
  if (view === "text") {
    return <pre className="card p-5 font-mono text-ui whitespace-pre-wrap wrap-anywhere">{shown.text}</pre>;
  }
  const width = view === "mobile" ? "mx-auto w-[375px] max-w-full" : "w-full";
  return (
    // The frame has a colour scheme of its own, and would draw its border in that one.
    <div className={css("card flex min-h-[70dvh] flex-1 overflow-hidden", width)}>
      <LetterFrame
        title={t("How the letter looks")}
        html={shown.html}
        dark={view === "dark"}
        className="w-full"
      />
    </div>
  );
}
