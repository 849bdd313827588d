import { useGet } from "@/data";
import { number, t } from "@/i18n";
import { Card, css, ErrorState, Scroller, ShareBar, SkeletonRows, TextLink } from "@/ui/kit";
import type { LinkRow } from "../broadcasts/shapes";

const place = (url: string): string => url.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "");

const sum = (links: LinkRow[], what: "clicks" | "machine_clicks"): number =>
  links.reduce((total, link) => total + link[what], 0);

/** Where people went from the letter, the most followed first. */
export function LinksCard({ id, people, short }: { id: number; people?: number; short?: boolean }) {
  const found = useGet<{ items: LinkRow[] }>(`/broadcasts/${id}/links`, undefined, { every: 10_000 });
  const all = found.data?.items ?? [];
  const rows = short ? all.slice(0, 5) : all;
  const most = Math.max(1, ...all.map((link) => link.people));
  const head = "h-7 border-b px-2 text-cap font-medium whitespace-nowrap text-muted first:ps-4 last:pe-4";
  const cell = "border-t px-2 py-2 first:ps-4 last:pe-4";
  const figure = css(cell, "text-end tabular-nums");
  return (
    <Card
      title={t("Links")}
      aside={
        all.length > rows.length ? (
          <TextLink to={`/broadcasts/${id}`} search={{ tab: "links" }}>
            {t("All {count} links", { count: all.length })}
          </TextLink>
        ) : (
          rows.length > 0 && (
            <span className="flex items-center gap-1.5 text-cap text-muted">
              <span className="size-2.25 rounded-xs bg-info" />
              {t("People who clicked")}
            </span>
          )
        )
      }
    >
      {found.error && !found.data ? (
        <ErrorState problem={found.error} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={3} />
      ) : rows.length === 0 ? (
        <p className="px-4 py-6 text-muted">{t("This letter has no links.")}</p>
      ) : (
        <Scroller label={t("Links")} className="rounded-b-card">
          <table className="w-full border-collapse text-start">
            <thead>
              <tr>
                <th scope="col" className={css(head, "text-start")}>
                  {t("Link")}
                </th>
                <th scope="col" className={css(head, "max-sm:hidden")}>
                  <span className="sr-only">{t("Share")}</span>
                </th>
                <th scope="col" className={css(head, "text-end")}>
                  {t("People")}
                </th>
                <th scope="col" className={css(head, "text-end")}>
                  {t("Clicks")}
                </th>
                <th scope="col" className={css(head, "text-end max-sm:hidden")}>
                  {t("By machines")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((link) => (
                <tr key={`${link.no}${link.url}${link.label}`}>
                  <td className={css(cell, "min-w-0")}>
                    <span className="font-medium wrap-anywhere">{link.label || place(link.url)}</span>{" "}
                    <span className="text-cap wrap-anywhere text-muted">{place(link.url)}</span>
                  </td>
                  <td className={css(cell, "max-sm:hidden")}>
                    <ShareBar share={link.people / most} className="w-24" />
                  </td>
                  <td className={css(figure, "font-medium")}>{number(link.people)}</td>
                  <td className={figure}>{number(link.clicks)}</td>
                  <td className={css(figure, "text-muted max-sm:hidden")}>{number(link.machine_clicks)}</td>
                </tr>
              ))}
            </tbody>
            {people !== undefined && rows.length > 1 && (
              <tfoot className="bg-faint">
                <tr>
                  <th scope="row" className={css(cell, "text-start font-medium")}>
                    {t("All links")}{" "}
                    <span className="text-cap font-normal text-muted">
                      {t("one person can click several")}
                    </span>
                  </th>
                  <td className={css(cell, "max-sm:hidden")} />
                  <td className={css(figure, "font-medium")}>{number(people)}</td>
                  <td className={css(figure, "font-medium")}>{number(sum(all, "clicks"))}</td>
                  <td className={css(figure, "text-muted max-sm:hidden")}>
                    {number(sum(all, "machine_clicks"))}
                  </td>
                </tr>
              </tfoot>
            )}
          </table>
        </Scroller>
      )}
    </Card>
  );
}
