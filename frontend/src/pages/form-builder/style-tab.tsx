import { ImagePlus, Trash2 } from "lucide-react";
import { useId } from "react";
import { api } from "@/api";
import { useAct } from "@/data";
import { t } from "@/i18n";
import { css, FileButton, Hint, IconButton, Segmented, TextButton, TextField } from "@/ui/kit";
import { accents, papers, type Style, usual } from "./looks";
import { type EditProps, Section, SectionLabel } from "./section";

type Uploaded = { id: number; url: string; width: number; height: number };

/** Colours, corners and the picture: each from a table, so that nothing can break the page around the form. */
export function StyleTab({ form, onEdit }: EditProps) {
  const { style } = form;
  const set = (part: Partial<Style>) => onEdit({ style: { ...style, ...part } });
  return (
    <>
      <Section first>
        <Colours
          label={t("Button")}
          value={style.accent}
          usual={usual.accent}
          choices={accents()}
          onChange={(accent) => set({ accent })}
        />
      </Section>
      <Section>
        <Colours
          label={t("Background")}
          value={style.background}
          choices={papers()}
          onChange={(background) => set({ background })}
          none={t("None: the page shines through")}
        />
      </Section>
      <Section>
        <SectionLabel>{t("Corners")}</SectionLabel>
        <Segmented
          wide
          label={t("Corners")}
          value={corner(style.radius)}
          onChange={(id) => set({ radius: id === "soft" ? null : id === "square" ? 0 : 20 })}
          segments={[
            { id: "square", label: t("Square") },
            { id: "soft", label: t("Soft") },
            { id: "round", label: t("Round") },
          ]}
        />
      </Section>
      <Section>
        <Picture form={form} onEdit={onEdit} />
      </Section>
    </>
  );
}

const corner = (radius: number | null | undefined): string =>
  radius === null || radius === undefined ? "soft" : radius < 4 ? "square" : radius < 14 ? "soft" : "round";

type ColoursProps = {
  label: string;
  value: string | null | undefined;
  /** What stands while nothing is chosen. */
  usual?: string;
  choices: [string, string][];
  /** Words of the way back to no colour; left out where there always is one. */
  none?: string;
  onChange: (colour: string | null) => void;
};

function Colours({ label, value, usual: first, choices, none, onChange }: ColoursProps) {
  const id = useId();
  const now = value ?? first;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-label font-medium text-soft">{label}</legend>
      <div className="flex flex-wrap items-center gap-2">
        {choices.map(([colour, name]) => (
          <Hint key={colour} label={name}>
            <button
              type="button"
              aria-label={name}
              aria-pressed={now === colour}
              onClick={() => onChange(colour === first ? null : colour)}
              className={css(
                "size-7 rounded-chip border max-lg:size-11",
                now === colour && "outline-2 outline-offset-2 outline-accent",
              )}
              style={{ background: colour }}
            />
          </Hint>
        ))}
        <input
          id={id}
          type="color"
          aria-label={t("{what}: another colour", { what: label })}
          value={now ?? "#ffffff"}
          onChange={(event) => onChange(event.target.value)}
          className="ms-auto h-7 w-11 rounded-control border bg-surface p-0.5 max-lg:h-11"
        />
      </div>
      {none && (
        <p className="mt-2 flex items-center justify-between text-cap text-muted">
          {value ? value : none}
          {value && <TextButton onPress={() => onChange(null)}>{t("None")}</TextButton>}
        </p>
      )}
    </fieldset>
  );
}

/** Uploads a picture for the form; what it says to people who do not see it; where it stands. */
export function Picture({ form, onEdit }: EditProps) {
  const { style } = form;
  const set = (part: Partial<Style>) => onEdit({ style: { ...style, ...part } });
  const send = useAct(
    (file: File) => {
      const data = new FormData();
      data.append("file", file);
      return api.post<Uploaded>("/media", data);
    },
    [],
    (picture) => onEdit({ picture, style: { ...style, picture_id: picture.id } }),
  );
  const choose = (
    <FileButton
      verb={form.picture ? t("Choose another") : t("Choose a picture")}
      icon={<ImagePlus size={16} strokeWidth={1.75} aria-hidden />}
      accept={["image/png", "image/jpeg", "image/gif", "image/webp"]}
      busy={send.isPending}
      onFile={(file) => send.mutate(file)}
    />
  );
  if (!form.picture) {
    return (
      <>
        <SectionLabel>{t("Picture")}</SectionLabel>
        {choose}
        <p className="mt-1.5 text-cap text-muted">
          {t("Beside the fields, or above them where it is narrow.")}
        </p>
      </>
    );
  }
  return (
    <div className="grid gap-3">
      <div>
        <SectionLabel>{t("Picture")}</SectionLabel>
        <div className="flex items-center gap-2">
          <img
            src={form.picture.url}
            alt=""
            className="h-14 w-20 rounded-control border object-cover"
            width={80}
            height={56}
          />
          {choose}
          <IconButton
            label={t("Take the picture out")}
            onPress={() =>
              onEdit({
                picture: null,
                style: { ...style, picture_id: null, picture_alt: null, picture_place: null },
              })
            }
          >
            <Trash2 size={16} strokeWidth={1.75} aria-hidden />
          </IconButton>
        </div>
      </div>
      <Segmented
        wide
        label={t("Where the picture stands")}
        value={style.picture_place ?? "side"}
        onChange={(place) => set({ picture_place: place === "top" ? "top" : null })}
        segments={[
          { id: "side", label: t("Beside") },
          { id: "top", label: t("Above") },
        ]}
      />
      <TextField
        label={t("Description")}
        value={style.picture_alt ?? ""}
        onChange={(picture_alt) => set({ picture_alt: picture_alt.slice(0, 300) })}
        help={t("For people who do not see it. Empty when it only decorates.")}
      />
    </div>
  );
}
