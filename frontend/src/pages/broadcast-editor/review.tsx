import { useQuery } from "@tanstack/react-query";
import { CalendarClock, Send, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { api, sentence } from "@/api";
import { useAct, useMay, useSession } from "@/data";
import { n, part, t } from "@/i18n";
import { Button, Dialog, Pair, RadioCards, Remark, TextField, toast, useGo } from "@/ui/kit";
import { keep } from "../broadcasts/acts";
import type { Broadcast, Hint, Preview } from "../broadcasts/shapes";
import { useAudienceCount } from "./audience-row";

type Props = {
  letter: Broadcast;
  hints: Hint[];
  onChange: (part: Partial<Broadcast>) => void;
  flush: () => Promise<void>;
  onClose: () => void;
};

/** Tomorrow at eight, as the fields take it. */
function tomorrow(zone: string): { day: string; time: string } {
  const later = Date.now() + 24 * 3600 * 1000;
  return { day: new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(later), time: "08:00" };
}

/** The last look: to whom, from whom, when, and what is missing. */
export function Review({ letter, hints, onChange, flush, onClose }: Props) {
  const go = useGo();
  const { account } = useSession();
  const may = useMay();
  const zone = letter.send_zone || account.time_zone;
  // The law wants an address in every letter: asked here once, kept for the account.
  const [askAddress] = useState(!account.postal_address.trim());
  const [address, setAddress] = useState("");
  const shown = useQuery({
    queryKey: [`/broadcasts/${letter.id}/preview`, "review"],
    queryFn: async () => {
      await flush();
      return api.post<Preview>(`/broadcasts/${letter.id}/preview`, { subscriber_id: null, mode: "html" });
    },
    staleTime: 0,
  });
  const count = useAudienceCount(letter.audience) ?? letter.audience_count;
  const [when, setWhen] = useState(letter.send_wall && letter.state === "scheduled" ? "later" : "now");
  const [wall, setWall] = useState(() =>
    letter.send_wall
      ? { day: letter.send_wall.slice(0, 10), time: letter.send_wall.slice(11, 16) }
      : tomorrow(zone),
  );
  const at = when === "later" ? `${wall.day}T${wall.time}` : null;
  const send = useAct(
    async () => {
      await flush();
      if (askAddress && address.trim()) await api.patch("/account", { postal_address: address });
      return keep(await api.post<Broadcast>(`/broadcasts/${letter.id}/schedule`, { at, zone }));
    },
    ["/broadcasts", "/home", "/session", "/account"],
    (made) => {
      onClose();
      if (made.state === "scheduled") toast(t("Scheduled. You can change or stop it until then."));
      go(`/broadcasts/${letter.id}`);
    },
  );
  const blocked =
    !letter.subject.trim() ||
    !letter.from_email.trim() ||
    count === 0 ||
    (askAddress && !address.trim()) ||
    (!!at && !(wall.day && wall.time));
  const verb = at
    ? t("Schedule for {when}", { when: dayWords(wall) })
    : n("Send to {count} person", "Send to {count} people", count);
  return (
    <Dialog
      title={t("Review & send")}
      open
      onClose={onClose}
      width="m"
      footer={
        <>
          <Button onPress={onClose}>{t("Go on writing")}</Button>
          <Button
            variant="primary"
            isDisabled={blocked}
            busy={send.isPending}
            icon={at ? <CalendarClock size={16} aria-hidden /> : <Send size={16} aria-hidden />}
            onPress={() => send.mutate()}
          >
            {verb}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <dl>
          <Pair term={t("Subject")}>
            {letter.subject.trim() ? (
              <b>{letter.subject}</b>
            ) : (
              <span className="text-danger">{t("A letter needs a subject.")}</span>
            )}
          </Pair>
          <Pair term={t("To")}>
            {count ? (
              n(
                "{count} person, counted again when it leaves",
                "{count} people, counted again when it leaves",
                count,
              )
            ) : (
              <span className="text-danger">{t("Nobody fits. Choose other tags, or add people first.")}</span>
            )}
          </Pair>
        </dl>
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t("From name")}
            value={letter.from_name}
            onChange={(from_name) => onChange({ from_name })}
          />
          <TextField
            label={t("From address")}
            type="email"
            value={letter.from_email}
            onChange={(from_email) => onChange({ from_email })}
            help={
              !letter.from_email.trim() && (
                <span className="text-danger">{t("A letter needs an address that it comes from.")}</span>
              )
            }
          />
        </div>
        <RadioCards
          label={t("When")}
          columns={2}
          value={when}
          onChange={setWhen}
          options={[
            { id: "now", label: t("Now"), note: t("It starts within seconds.") },
            { id: "later", label: t("At a time"), note: t("In your time zone, {zone}.", { zone }) },
          ]}
        />
        {when === "later" && (
          <div className="grid grid-cols-2 gap-3">
            <TextField
              label={t("Day")}
              type="date"
              value={wall.day}
              onChange={(day) => setWall({ ...wall, day })}
            />
            <TextField
              label={t("Time")}
              type="time"
              value={wall.time}
              onChange={(time) => setWall({ ...wall, time })}
            />
          </div>
        )}
        {askAddress &&
          (may.admin ? (
            <TextField
              label={t("Postal address")}
              rows={3}
              value={address}
              onChange={setAddress}
              help={t("Stands at the foot of every letter; the law wants it there. Kept for the next ones.")}
            />
          ) : (
            <Remark tone="bad">
              {t("The account has no postal address. Ask an admin to set it under Settings, Account.")}
            </Remark>
          ))}
        <Warnings hints={shown.data?.warnings ?? hints} letter={letter} />
        {!!send.error && (
          <p role="alert" className="text-danger">
            {sentence(send.error)}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function dayWords({ day, time }: { day: string; time: string }): string {
  if (!day) return "…";
  return `${new Intl.DateTimeFormat(document.documentElement.lang || "en", { timeZone: "UTC", weekday: "short", month: "short", day: "numeric" }).format(new Date(`${day}T00:00Z`))}, ${time}`;
}

/** What the dialog asks for itself. */
const asked = new Set(["no_subject", "no_from", "no_postal_address"]);

function Warnings({ hints, letter }: { hints: Hint[]; letter: Broadcast }) {
  const shown = hints.filter((hint) => !asked.has(hint.code));
  const isDemo = useSession().account.is_demo;
  return (
    <>
      {letter.outlet === "inbox" && (
        <Remark tone="info">
          {t("This is a rehearsal: every copy lands in the test inbox and nothing leaves this machine.")}{" "}
          {!isDemo && t("You can send it for real later.")}
        </Remark>
      )}
      {shown.length > 0 && (
        <Remark tone="warn" icon={<TriangleAlert size={16} aria-hidden />}>
          <ul className="flex flex-col gap-1">
            {shown.map((hint) => (
              <li key={hint.code}>{hint.text}</li>
            ))}
          </ul>
        </Remark>
      )}
    </>
  );
}

export const scheduledWords = (at: string): string =>
  part(at, {
    weekday: "long",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    hour12: false,
  });
