import { useQuery } from "@tanstack/react-query";
import { api } from "@/api";
import { createTag, useTags } from "@/data";
import { n, t } from "@/i18n";
import { Badge, Button, Pop, Remark, TagPicker } from "@/ui/kit";
import type { Audience } from "../broadcasts/shapes";

/** How many people an audience has now; the old number stays until the new one is there. */
export function useAudienceCount(audience: Audience): number | undefined {
  return useQuery({
    queryKey: ["/broadcasts/audience", audience],
    queryFn: () => api.post<{ count: number }>("/broadcasts/audience", { audience }),
    placeholderData: (old) => old,
    staleTime: 5_000,
  }).data?.count;
}

type Props = { audience: Audience; onChange: (audience: Audience) => void; locked?: boolean };

/** To whom: everyone, or tags in and out, with the live number. */
export function AudienceRow({ audience, onChange, locked }: Props) {
  const tags = useTags();
  const count = useAudienceCount(audience);
  const name = (id: number) => tags.find((tag) => tag.id === id)?.name ?? t("deleted tag");
  const words = (
    <span className="flex min-w-0 flex-wrap items-center gap-1.5">
      {audience.not_opened && <Badge tone="info">{t("Did not open the first letter")}</Badge>}
      {audience.include.tags.length === 0 && !audience.not_opened && <Badge tone="ok">{t("Everyone")}</Badge>}
      {audience.include.tags.map((id) => (
        <Badge key={id} tone="ok">
          {name(id)}
        </Badge>
      ))}
      {audience.exclude.tags.map((id) => (
        <Badge key={id}>{t("not {tag}", { tag: name(id) })}</Badge>
      ))}
      {count !== undefined && (
        <span className="font-normal text-muted">{n("≈ {count} person", "≈ {count} people", count)}</span>
      )}
    </span>
  );
  return (
    <div className="grid min-h-9 grid-cols-[4.25rem_minmax(0,1fr)] items-center px-4 py-1">
      <span className="text-muted">{t("To")}</span>
      {locked ? (
        words
      ) : (
        <Pop
          label={t("To whom")}
          placement="bottom start"
          className="w-88 max-w-full"
          trigger={
            <Button
              variant="quiet"
              size="s"
              className="-ms-2.5 h-auto! min-h-7 justify-start py-0.5 whitespace-normal"
            >
              {words}
            </Button>
          }
        >
          <div className="flex flex-col gap-4 p-4">
            {audience.not_opened && (
              <Remark tone="info">
                {t(
                  "Only those who gave no sign of opening the first letter; asked again when this one leaves.",
                )}
                <Button
                  size="s"
                  className="mt-2 block"
                  onPress={() => onChange({ ...audience, not_opened: null })}
                >
                  {t("Write to the others too")}
                </Button>
              </Remark>
            )}
            <TagPicker
              label={t("People with any of these tags")}
              help={t("Empty means everyone who is confirmed.")}
              tags={tags}
              value={audience.include.tags}
              onChange={(ids) => onChange({ ...audience, include: { tags: ids } })}
              onCreate={createTag}
            />
            <TagPicker
              label={t("But nobody with one of these")}
              tone="plain"
              tags={tags}
              value={audience.exclude.tags}
              onChange={(ids) => onChange({ ...audience, exclude: { tags: ids } })}
            />
            {count !== undefined && (
              <p className="text-muted">
                {n(
                  "{count} person gets it, counted again when it leaves.",
                  "{count} people get it, counted again when it leaves.",
                  count,
                )}
              </p>
            )}
          </div>
        </Pop>
      )}
    </div>
  );
}
