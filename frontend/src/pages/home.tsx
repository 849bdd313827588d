import { ArrowRight, UserPlus } from "lucide-react";
import { useState } from "react";
import { useGet, useMay, useSession } from "@/data";
import { clock, currentZone, fullDay, part, t } from "@/i18n";
import type { Home as HomeData } from "@/types";
import { Button, Columns, css, ErrorState, Page, PageSkeleton, Stack, TextLink, useUrl } from "@/ui/kit";
import { Checklist } from "./home/checklist";
import { GrowthCard } from "./home/growth";
import { LastBroadcasts } from "./home/last-broadcasts";
import { Needs } from "./home/needs";
import { NextUp } from "./home/next-up";
import { AddSubscriber } from "./parts/add-subscriber";
import { NewBroadcast } from "./parts/new-broadcast";

const ranges = ["30", "90", "365"];

function greeting(name: string): string {
  const hour = Number(part(new Date(), { hour: "numeric", hourCycle: "h23" }));
  const first = name.split(" ")[0] ?? name;
  if (hour < 5) return t("Good night, {name}", { name: first });
  if (hour < 12) return t("Good morning, {name}", { name: first });
  if (hour < 18) return t("Good afternoon, {name}", { name: first });
  return t("Good evening, {name}", { name: first });
}

function lead(home: HomeData): string {
  const today = `${fullDay(new Date())}.`;
  const next = home.next.find((item) => item.kind === "broadcast" && item.at);
  if (!next?.at) return today;
  // A bare weekday means the coming one.
  const soon = Date.parse(next.at) - Date.now() < 6 * 86_400_000;
  const day = part(next.at, soon ? { weekday: "long" } : { month: "long", day: "numeric" });
  const when = { day, time: clock(next.at) };
  return `${today} ${t("Your next letter goes out on {day} at {time}.", when)}`;
}

export default function Home() {
  const { user } = useSession();
  const may = useMay();
  const [url, setUrl] = useUrl<{ range: string }>();
  const [adding, setAdding] = useState(false);
  const range = ranges.includes(url.range ?? "") ? (url.range as string) : "30";
  const home = useGet<HomeData>("/home", { range }, { every: 30_000 });
  if (home.error && !home.data)
    return <ErrorState page problem={home.error} retry={() => void home.refetch()} />;
  if (!home.data) return <PageSkeleton />;
  const { data } = home;
  return (
    <Page
      title={t("Home")}
      heading={<h1 className="wrap-anywhere">{greeting(user.name || user.email)}</h1>}
      lead={lead(data)}
      actions={
        may.write && (
          <>
            <Button
              icon={<UserPlus size={16} strokeWidth={1.75} aria-hidden />}
              onPress={() => setAdding(true)}
            >
              {t("Add subscriber")}
            </Button>
            <NewBroadcast />
          </>
        )
      }
    >
      <StatusLine status={data.status} />
      {data.checklist.some((step) => !step.done) && <Checklist steps={data.checklist} />}
      <Columns stretch>
        <GrowthCard growth={data.growth} range={range} onRange={(next) => setUrl({ range: next })} />
        <Needs needs={data.needs} />
        <LastBroadcasts broadcasts={data.broadcasts} />
        <Stack>
          <NextUp items={data.next} zone={currentZone()} />
        </Stack>
      </Columns>
      <AddSubscriber open={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}

function StatusLine({ status }: { status: HomeData["status"] }) {
  const dot = { ok: "bg-accent", warn: "bg-yellow", alarm: "bg-danger" }[status.level];
  const text = { ok: "", warn: "text-warn", alarm: "text-danger" }[status.level];
  return (
    <section
      className="card mb-4 flex min-h-11 flex-wrap items-center gap-x-2.5 px-4 py-2"
      aria-label={t("Sending")}
    >
      <span className={css("size-2 shrink-0 rounded-chip", dot)} />
      <b className={css("font-medium", text)}>{status.text}</b>
      <span className={css("text-muted", status.level === "ok" && "max-sm:hidden")}>{status.detail}</span>
      <TextLink to="/settings/sending" className="ms-auto inline-flex min-h-6 items-center gap-1">
        <span className="max-sm:sr-only">{t("Sending")}</span> <ArrowRight size={14} aria-hidden />
      </TextLink>
    </section>
  );
}
