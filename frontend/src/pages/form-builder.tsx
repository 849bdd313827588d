import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ArrowLeft, ChevronDown, Code, ExternalLink, Monitor, Moon, Pencil, Smartphone } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useRefresh } from "@/data";
import { n, number, percent, t } from "@/i18n";
import type { FormDetail } from "@/types";
import {
  A,
  Button,
  ErrorState,
  LinkButton,
  PageSkeleton,
  Pop,
  type Saved,
  SaveState,
  Segmented,
  useAutosave,
  useTitle,
  useUrl,
} from "@/ui/kit";
import { type Block, blockOf, moved } from "./form-builder/blocks";
import { Embed } from "./form-builder/embed";
import { Inspector } from "./form-builder/inspector";
import { Stage, type View } from "./form-builder/stage";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const views: View[] = ["edit", "desktop", "mobile", "dark"];

export default function FormBuilder() {
  const { id } = useParams({ strict: false }) as { id: string };
  const form = useGet<FormDetail>(`/forms/${id}`);
  if (form.error && !form.data)
    return <ErrorState page problem={form.error} retry={() => void form.refetch()} />;
  if (!form.data || String(form.data.id) !== id) return <PageSkeleton />;
  return <Builder key={id} loaded={form.data} />;
}

function Builder({ loaded }: { loaded: FormDetail }) {
  const client = useQueryClient();
  const refresh = useRefresh();
  const [form, setForm] = useState(loaded);
  const [url, setUrl] = useUrl<{ view: string; tab: string; block: string; pane: string }>();
  const view = views.find((each) => each === url.view) ?? "edit";
  const { saved, change, flush } = useAutosave<FormDetail>(async ({ tags: _, picture: __, ...part }) => {
    // The server takes the ids of tags and picture; the rest of them is only for the preview here.
    const fresh = await api.patch<FormDetail>(`/forms/${loaded.id}`, part);
    client.setQueryData([`/forms/${loaded.id}`, {}], (old: FormDetail) => ({ ...old, ...fresh }));
    void refresh("/home");
    void client.invalidateQueries({ queryKey: ["/forms", {}] });
  });
  const edit = (part: Partial<FormDetail>) => {
    setForm((old) => ({ ...old, ...part }));
    change(part);
  };
  const chosen = url.tab === "block" ? blockOf(url.block, form) : null;
  const select = (block: Block | null) =>
    setUrl({ tab: block ? "block" : undefined, block: block ?? undefined, pane: undefined });
  // Narrow windows show one pane at a time.
  const preview = url.pane === "preview";
  useTitle(form.name);
  return (
    <div className="grid flex-1 content-start lg:h-dvh lg:content-stretch lg:grid-cols-[minmax(0,1fr)_19rem] lg:grid-rows-[3.25rem_minmax(0,1fr)]">
      <Bar
        form={form}
        saved={saved}
        onRetry={() => void flush()}
        view={view}
        onView={(next) => setUrl({ view: next === "edit" ? undefined : next })}
      />
      <div className="border-b bg-surface p-3 lg:hidden">
        <Segmented
          wide
          label={t("Pane")}
          value={preview ? "preview" : "settings"}
          onChange={(pane) => setUrl({ pane: pane === "preview" ? pane : undefined })}
          segments={[
            { id: "settings", label: t("Settings") },
            { id: "preview", label: t("Preview") },
          ]}
        />
      </div>
      <Stage
        form={form}
        view={view}
        className={preview ? "" : "max-lg:hidden"}
        chosen={chosen}
        onSelect={select}
        onMove={(key, by) => {
          const at = form.fields.findIndex((field) => field.key === key);
          const fields = moved(form.fields, at, by);
          if (fields !== form.fields) edit({ fields });
        }}
      />
      <Inspector
        form={{ ...form, warnings: loaded.warnings }}
        className={preview ? "max-lg:hidden" : ""}
        onEdit={edit}
      />
    </div>
  );
}

/** Where a change is to be seen at once. */
function live(form: FormDetail): string {
  if (form.archived_at) return t("archived");
  if (form.pages.length === 0) return t("live on its own page");
  return n("live on {count} page", "live on {count} pages", form.pages.length);
}

type BarProps = {
  form: FormDetail;
  saved: Saved;
  onRetry: () => void;
  view: View;
  onView: (view: View) => void;
};

function Bar({ form, saved, onRetry, view, onView }: BarProps) {
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b bg-surface px-3 py-2 lg:col-span-2 lg:h-13 lg:flex-nowrap lg:py-0">
      <A
        to="/forms"
        aria-label={t("Back to the forms")}
        className="grid size-8 shrink-0 place-items-center rounded-control hover:bg-hover max-lg:size-11"
      >
        <ArrowLeft size={18} strokeWidth={1.75} aria-hidden />
      </A>
      <div className="min-w-0 leading-4 max-lg:flex-1">
        <h1 className="truncate font-sans text-body leading-4.5 font-medium tracking-normal">{form.name}</h1>
        <SaveState saved={saved} onRetry={onRetry} after={live(form)} />
      </div>
      <dl className="ms-5 flex divide-x max-2xl:ms-0 max-xl:hidden">
        <Figure term={t("Visitors, 30 days")}>{number(form.stats.visitors_30d)}</Figure>
        <Figure term={t("Subscribers")}>{number(form.stats.subscribers)}</Figure>
        <Figure term={t("Conversion")}>
          {form.stats.conversion === null ? "–" : percent(form.stats.conversion, 1)}
        </Figure>
      </dl>
      <div className="ms-auto flex items-center gap-2">
        <div className="max-lg:hidden">
          <Segmented
            label={t("View")}
            value={view}
            onChange={(next) => onView(next as View)}
            segments={[
              { id: "edit", label: t("Edit"), icon: <Pencil {...stroke} /> },
              { id: "desktop", label: t("As on a computer"), icon: <Monitor {...stroke} />, iconOnly: true },
              { id: "mobile", label: t("As on a phone"), icon: <Smartphone {...stroke} />, iconOnly: true },
              { id: "dark", label: t("In the dark"), icon: <Moon {...stroke} />, iconOnly: true },
            ]}
          />
        </div>
        <LinkButton
          to={`/${form.uid}`}
          out
          target="_blank"
          icon={<ExternalLink {...stroke} />}
          className="max-sm:hidden"
        >
          {t("View")}
        </LinkButton>
        <Pop
          label={t("Put the form on your page")}
          className="w-110 max-w-[calc(100vw-2rem)]"
          trigger={
            <Button variant="primary" icon={<Code {...stroke} />}>
              {t("Embed")}
              <ChevronDown size={14} aria-hidden />
            </Button>
          }
        >
          <Embed form={form} />
        </Pop>
      </div>
    </header>
  );
}

const Figure = ({ term, children }: { term: string; children: React.ReactNode }) => (
  <div className="px-4 leading-4 first:border-s">
    <dt className="text-caps whitespace-nowrap text-muted">{term}</dt>
    <dd className="text-body leading-4 font-semibold tabular-nums">{children}</dd>
  </div>
);
