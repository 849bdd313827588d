import { useQuery } from "@tanstack/react-query";
import { api } from "@/api";
import { t } from "@/i18n";
import { ErrorState, Segmented, Skeleton, useUrl } from "@/ui/kit";
import { Letter } from "../broadcast-editor/preview";
import type { Preview } from "../broadcasts/shapes";

const views = ["desktop", "mobile", "dark", "text"] as const;

/** The letter as an example reader got it. */
export function EmailTab({ id }: { id: number }) {
  const [url, setUrl] = useUrl<{ view: string }>();
  const view = views.find((each) => each === url.view) ?? "desktop";
  const shown = useQuery({
    queryKey: [`/broadcasts/${id}/preview`, null],
    queryFn: () => api.post<Preview>(`/broadcasts/${id}/preview`, { subscriber_id: null, mode: "html" }),
  });
  if (shown.error) return <ErrorState problem={shown.error} retry={() => void shown.refetch()} />;
  return (
    <section className="mx-auto flex max-w-2xl flex-col gap-3" aria-label={t("Email as sent")}>
      <div>
        <Segmented
          label={t("View")}
          value={view}
          onChange={(next) => setUrl({ view: next })}
          segments={[
            { id: "desktop", label: t("Desktop") },
            { id: "mobile", label: t("Phone") },
            { id: "dark", label: t("Dark") },
            { id: "text", label: t("Text") },
          ]}
        />
      </div>
      {shown.data ? (
        <>
          <p className="card px-4 py-2.5">
            <span className="text-muted">{t("Subject")}</span>{" "}
            <span className="font-medium">{shown.data.subject}</span>
          </p>
          <Letter shown={shown.data} view={view} />
        </>
      ) : (
        <Skeleton className="h-96 w-full" />
      )}
    </section>
  );
}
