import {
  Check,
  CircleAlert,
  FileWarning,
  GitBranch,
  Globe,
  HardDrive,
  Inbox,
  KeyRound,
  MailWarning,
  ShieldAlert,
  Users,
} from "lucide-react";
import type { ReactNode } from "react";
import { t } from "@/i18n";
import type { Home } from "@/types";
import { Card, IconBox, TextLink, type Tone } from "@/ui/kit";

const size = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const icons: Record<string, ReactNode> = {
  globe: <Globe {...size} />,
  file: <FileWarning {...size} />,
  mail: <MailWarning {...size} />,
  branch: <GitBranch {...size} />,
  disk: <HardDrive {...size} />,
  key: <KeyRound {...size} />,
  inbox: <Inbox {...size} />,
  people: <Users {...size} />,
  shield: <ShieldAlert {...size} />,
};
const tones: Record<string, Tone> = {
  alarm: "bad",
  danger: "bad",
  error: "bad",
  warn: "warn",
  warning: "warn",
  info: "info",
};

/** Only what a person can do now; each row names its consequence and has one verb. */
export function Needs({ needs }: { needs: Home["needs"] }) {
  if (needs.length === 0) {
    return (
      <Card title={t("What needs you")} className="flex flex-col">
        <div className="flex flex-1 items-center justify-center gap-3 px-4 pt-3 pb-4 xl:flex-col xl:gap-2 xl:pb-12 xl:text-center">
          <span className="grid size-9 shrink-0 place-items-center rounded-chip bg-accent-soft text-accent">
            <Check {...size} />
          </span>
          <p className="text-muted max-xl:me-auto">
            <b className="block font-medium text-ink">{t("Nothing needs you")}</b>
            {t("Go and write.")}
          </p>
        </div>
      </Card>
    );
  }
  return (
    <Card title={t("What needs you")} note={String(needs.length)}>
      <ul className="mt-1 divide-y">
        {needs.map((need) => (
          <li key={need.key} className="flex gap-3 px-4 pt-3 pb-2.5">
            <IconBox tone={tones[need.level] ?? "info"}>
              {icons[need.icon] ?? <CircleAlert {...size} />}
            </IconBox>
            <div className="min-w-0">
              <p className="font-medium wrap-anywhere">{need.title}</p>
              <p className="text-cap text-muted">{need.body}</p>
              {need.action_url && <NeedLink url={need.action_url}>{need.action_label}</NeedLink>}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function NeedLink({ url, children }: { url: string; children: ReactNode }) {
  const inside = url.startsWith("/app");
  const [path = "/", search] = url.replace(/^\/app/, "").split("?");
  return (
    <TextLink
      to={inside ? path || "/" : url}
      out={!inside}
      search={inside && search ? Object.fromEntries(new URLSearchParams(search)) : undefined}
      className="mt-0.5 inline-block"
    >
      {children}
    </TextLink>
  );
}
