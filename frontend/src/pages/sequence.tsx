import { useParams } from "@tanstack/react-router";
import { Ellipsis, Pencil, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { n, number, percent, t } from "@/i18n";
import {
  BackLink,
  Badge,
  Button,
  Columns,
  ErrorState,
  FormDialog,
  MenuButton,
  MenuItem,
  MenuLine,
  Page,
  PageSkeleton,
  Stat,
  StatRow,
  TabLinks,
  toast,
  useAsk,
  useGo,
  useUrl,
} from "@/ui/kit";
import { AddPeople } from "./sequences/add-people";
import { EmailList } from "./sequences/email-list";
import { PeopleList } from "./sequences/people-list";
import { Settings } from "./sequences/settings";
import type { Sequence } from "./sequences/shapes";

const stroke = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export default function SequencePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useGet<Sequence>(`/sequences/${id}`);
  if (found.error && !found.data)
    return <ErrorState page problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data || String(found.data.id) !== id) return <PageSkeleton />;
  return <Content sequence={found.data} />;
}

function Content({ sequence }: { sequence: Sequence }) {
  const may = useMay();
  const [url, setUrl] = useUrl<{ tab: string; add: string }>();
  const tab = url.tab === "people" ? "people" : "emails";
  const path = `/sequences/${sequence.id}`;
  return (
    <Page
      title={sequence.name}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="wrap-anywhere">{sequence.name}</h1>
          {!sequence.active && <Badge tone="warn">{t("Off")}</Badge>}
        </span>
      }
      back={<BackLink to="/sequences">{t("Sequences")}</BackLink>}
      actions={
        may.write && (
          <>
            <SequenceMenu sequence={sequence} />
            <Button icon={<UserPlus {...stroke} />} onPress={() => setUrl({ add: "people" })}>
              {t("Add people")}
            </Button>
          </>
        )
      }
    >
      <Figures sequence={sequence} />
      <TabLinks
        label={t("Parts of the sequence")}
        current={tab}
        tabs={[
          { id: "emails", label: t("Emails"), count: sequence.emails, to: path },
          { id: "people", label: t("People"), count: sequence.in_it, to: path, search: { tab: "people" } },
        ]}
      />
      {tab === "emails" ? (
        <Columns>
          <EmailList sequence={sequence} />
          <Settings sequence={sequence} />
        </Columns>
      ) : (
        <PeopleList sequence={sequence} />
      )}
      {url.add === "people" && may.write && (
        <AddPeople sequence={sequence} onClose={() => setUrl({ add: undefined })} />
      )}
    </Page>
  );
}

function Figures({ sequence }: { sequence: Sequence }) {
  const share = (part: number | null) => (part === null ? "–" : percent(part, 1));
  return (
    <StatRow>
      <Stat label={t("In it now")} value={number(sequence.in_it)} />
      <Stat label={t("Completed")} value={number(sequence.completed)} />
      <Stat label={t("Emails sent")} value={number(sequence.sent)} />
      <Stat label={t("Opened")} value={share(sequence.open_rate)} note={t("by people")} terse />
      <Stat label={t("Clicked")} value={share(sequence.click_rate)} />
    </StatRow>
  );
}

function SequenceMenu({ sequence }: { sequence: Sequence }) {
  const ask = useAsk();
  const go = useGo();
  const refresh = useRefresh();
  const [naming, setNaming] = useState(false);
  const path = `/sequences/${sequence.id}`;
  const remove = () =>
    ask({
      title: t("Delete {name}?", { name: sequence.name }),
      body: (
        <>
          <p>{n("{count} email goes with it.", "{count} emails go with it.", sequence.emails)}</p>
          <p className="mt-2">
            {sequence.in_it > 0
              ? n(
                  "{count} person is in it now: they stay a subscriber and get nothing more of it.",
                  "{count} people are in it now: they stay subscribers and get nothing more of it.",
                  sequence.in_it,
                )
              : t("Nobody is in it now.")}
          </p>
        </>
      ),
      verb: t("Delete the sequence"),
      danger: true,
      run: async () => {
        await api.delete(path);
        go("/sequences", undefined, true);
        await refresh("/sequences");
        toast(t("{name} is deleted.", { name: sequence.name }));
      },
    });
  return (
    <>
      <MenuButton label={t("More")} variant="plain" icon={<Ellipsis {...stroke} />}>
        <MenuItem icon={<Pencil {...stroke} />} onAction={() => setNaming(true)}>
          {t("Rename")}
        </MenuItem>
        <MenuLine />
        <MenuItem danger icon={<Trash2 {...stroke} />} onAction={remove}>
          {t("Delete…")}
        </MenuItem>
      </MenuButton>
      {naming && (
        <FormDialog
          title={t("Rename the sequence")}
          open
          onClose={() => setNaming(false)}
          verb={t("Rename")}
          values={{ name: sequence.name }}
          fields={[{ name: "name", label: t("Name"), required: true, help: t("Only you see it.") }]}
          save={async (values) => {
            await api.patch(path, { name: values.name });
            await refresh("/sequences");
          }}
        />
      )}
    </>
  );
}
