import { Eye, Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useGet, useMay, useRefresh } from "@/data";
import { ago, day, moment, t } from "@/i18n";
import type { Keys, Page, Token } from "@/types";
import {
  Button,
  Card,
  CopyButton,
  Dialog,
  ErrorState,
  FormDialog,
  IconButton,
  Remark,
  Skeleton,
  TextLink,
  toast,
  useAsk,
} from "@/ui/kit";

const stroke = { size: 14, strokeWidth: 1.75, "aria-hidden": true } as const;

export function KeySettings() {
  return (
    <>
      <KeyCard />
      <TokenCard />
    </>
  );
}

function Value({ children, copy }: { children: string; copy?: boolean }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <code className="min-w-0 truncate rounded-small bg-sunken px-2 py-1 font-mono text-cap">
        {children}
      </code>
      {copy && <CopyButton text={children} />}
    </span>
  );
}

function KeyCard() {
  const refresh = useRefresh();
  const may = useMay();
  const keys = useGet<Keys>("/account/keys");
  const [asking, setAsking] = useState<"reveal" | "rotate" | null>(null);
  const [secret, setSecret] = useState("");
  if (keys.error && !keys.data) return <ErrorState problem={keys.error} retry={() => void keys.refetch()} />;
  if (!keys.data) return <Skeleton className="h-44 rounded-card!" />;
  const { api_key, secret_hint, previous_valid_until } = keys.data;
  return (
    <Card title={t("API key and secret")} note={t("as Kit's API v3 knows them")}>
      <dl className="grid gap-3 px-4 pt-3 pb-4">
        <div>
          <dt className="mb-1 text-cap font-medium text-soft">{t("API key")}</dt>
          <dd>
            <Value copy>{api_key}</Value>
            <p className="mt-1 text-cap text-muted">
              {t("Public: it stands in forms and scripts on your pages.")}
            </p>
          </dd>
        </div>
        <div>
          <dt className="mb-1 text-cap font-medium text-soft">{t("API secret")}</dt>
          <dd>
            <div className="flex flex-wrap items-center gap-2">
              <Value copy={!!secret}>{secret || `•••••••••••• ${secret_hint}`}</Value>
              {!secret && may.own && (
                <Button size="s" icon={<Eye {...stroke} />} onPress={() => setAsking("reveal")}>
                  {t("Show it")}
                </Button>
              )}
              {may.own && (
                <Button
                  size="s"
                  variant="danger"
                  icon={<RefreshCw {...stroke} />}
                  onPress={() => setAsking("rotate")}
                >
                  {t("Replace both")}
                </Button>
              )}
            </div>
            <p className="mt-1 text-cap text-muted">
              {may.own
                ? t("Whoever has it can read and change your whole list.")
                : t("Only an owner can see it.")}
            </p>
          </dd>
        </div>
      </dl>
      {previous_valid_until && (
        <div className="px-4 pb-4">
          <Remark tone="warn">
            {t("The old key and secret still work until {when}.", { when: moment(previous_valid_until) })}
          </Remark>
        </div>
      )}
      {asking === "reveal" && (
        <FormDialog
          title={t("Show the API secret")}
          lead={t("Your password first, so that nobody at an open screen can take it.")}
          open
          onClose={() => setAsking(null)}
          verb={t("Show it")}
          fields={[
            {
              name: "password",
              label: t("Your password"),
              kind: "password",
              required: true,
              autoComplete: "current-password",
            },
          ]}
          save={async ({ password }) => {
            const answer = await api.post<{ api_secret: string }>("/account/keys/reveal", { password });
            setSecret(answer.api_secret);
          }}
        />
      )}
      {asking === "rotate" && (
        <FormDialog
          title={t("Replace the API key and secret")}
          lead={t(
            "You get a new pair. Programs and pages with the old one stop when its time is over; put the new key into them.",
          )}
          open
          onClose={() => setAsking(null)}
          verb={t("Make a new pair")}
          fields={[
            {
              name: "grace_hours",
              label: t("The old pair works for"),
              kind: "select",
              options: [
                { id: "24", label: t("one more day") },
                { id: "168", label: t("one more week") },
                { id: "0", label: t("not a minute longer"), note: t("When it has leaked") },
              ],
            },
            {
              name: "password",
              label: t("Your password"),
              kind: "password",
              required: true,
              autoComplete: "current-password",
            },
          ]}
          save={async ({ password, grace_hours }) => {
            const answer = await api.post<{ api_secret: string }>("/account/keys/rotate", {
              password,
              grace_hours: Number(grace_hours),
            });
            setSecret(answer.api_secret);
            await refresh("/account/keys");
            toast(t("There is a new key and secret. Put them into your programs."));
          }}
        />
      )}
    </Card>
  );
}

function TokenCard() {
  const refresh = useRefresh();
  const ask = useAsk();
  const tokens = useGet<Page<Token>>("/account/tokens");
  const [naming, setNaming] = useState(false);
  const [made, setMade] = useState("");
  const items = tokens.data?.items ?? [];
  const revoke = (token: Token) =>
    ask({
      title: t("Revoke {name}?", { name: token.name }),
      body: t("The program that uses it is refused from now on."),
      verb: t("Revoke the token"),
      danger: true,
      run: async () => {
        await api.delete(`/account/tokens/${token.id}`);
        await refresh("/account/tokens");
      },
    });
  return (
    <Card
      title={t("Tokens")}
      note={t("for the native API")}
      aside={
        <Button size="s" icon={<Plus {...stroke} />} onPress={() => setNaming(true)}>
          {t("New token")}
        </Button>
      }
    >
      {tokens.error && !tokens.data ? (
        <ErrorState problem={tokens.error} retry={() => void tokens.refetch()} />
      ) : items.length === 0 ? (
        <p className="px-4 pt-2 pb-4 text-muted">
          {t("None yet. A token lets one program use everything the screens use.")}{" "}
          <TextLink to="/api/1/docs" out>
            {t("Read the API's pages")}
          </TextLink>
        </p>
      ) : (
        <ul className="mt-2 divide-y border-t">
          {items.map((token) => (
            <li key={token.id} className="flex min-h-13 items-center gap-3 px-4 py-2">
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{token.name}</span>
                <span className="block text-cap text-muted">
                  {t("made {day}", { day: day(token.created_at) })},{" "}
                  {token.last_used_at ? t("used {ago}", { ago: ago(token.last_used_at) }) : t("never used")}
                </span>
              </span>
              <IconButton
                size="s"
                label={t("Revoke {name}", { name: token.name })}
                onPress={() => revoke(token)}
              >
                <Trash2 {...stroke} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {naming && (
        <FormDialog
          title={t("New token")}
          open
          onClose={() => setNaming(false)}
          verb={t("Make the token")}
          fields={[
            { name: "name", label: t("What is it for?"), required: true, placeholder: t("Backup script") },
          ]}
          save={async ({ name }) => {
            const answer = await api.post<{ token: string }>("/account/tokens", { name });
            await refresh("/account/tokens");
            setMade(answer.token);
          }}
        />
      )}
      <Dialog
        title={t("Your new token")}
        open={!!made}
        onClose={() => setMade("")}
        lead={t("It is shown this once. Copy it now; only a hash is kept.")}
        footer={
          <Button variant="primary" onPress={() => setMade("")}>
            {t("I have copied it")}
          </Button>
        }
      >
        <Value copy>{made}</Value>
      </Dialog>
    </Card>
  );
}
