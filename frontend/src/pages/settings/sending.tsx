import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Inbox, Send } from "lucide-react";
import { useState } from "react";
import { api, sentence } from "@/api";
import { useGet, useMay, useRefresh, useSession } from "@/data";
import { t } from "@/i18n";
import type { SendingState } from "@/types";
import {
  Button,
  Card,
  ErrorState,
  errorsOf,
  Form,
  FormProblem,
  IconBox,
  LinkButton,
  Pair,
  RadioCards,
  Remark,
  Select,
  Skeleton,
  TextField,
  toast,
} from "@/ui/kit";

const size = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

export function SendingSettings() {
  const may = useMay();
  const sending = useGet<SendingState>("/sending", undefined, { every: 10_000 });
  if (sending.error && !sending.data)
    return <ErrorState problem={sending.error} retry={() => void sending.refetch()} />;
  if (!sending.data) return <Skeleton className="h-72 rounded-card!" />;
  return (
    <>
      <State sending={sending.data} />
      {may.admin && <TestMail />}
      {sending.data.may_change ? (
        <Outlet key={sending.data.kind} sending={sending.data} />
      ) : (
        <Remark tone="grey">
          {sending.data.by_setting
            ? t(
                "The setting POSTROOM_SMTP_URL chooses the way. Take it out and restart Postroom to choose here.",
              )
            : t(
                "You can look here, not change. The mail server serves every account on this installation, so only who runs it may choose another; ask them.",
              )}
        </Remark>
      )}
    </>
  );
}

function State({ sending }: { sending: SendingState }) {
  const inbox = sending.kind === "inbox";
  const broken = !sending.ok;
  return (
    <Card padded>
      <div className="flex items-start gap-3">
        <IconBox tone={broken ? "bad" : inbox ? "info" : "ok"}>
          {broken ? <CircleAlert {...size} /> : inbox ? <Inbox {...size} /> : <Send {...size} />}
        </IconBox>
        <div className="min-w-0 flex-1">
          <h2>
            {broken
              ? t("Mail waits")
              : inbox
                ? t("Emails go into the test inbox")
                : t("Emails leave through a mail service")}
          </h2>
          <p className={broken ? "text-danger" : "text-muted"}>
            {broken
              ? sending.last_error
              : inbox
                ? t("Nothing leaves this machine. You see every email as a reader would.")
                : t("What you send reaches your readers.")}
          </p>
        </div>
        {inbox && (
          <LinkButton size="s" to="/inbox">
            {t("Open it")}
          </LinkButton>
        )}
      </div>
      <dl className="mt-2 sm:ms-10">
        {!inbox && <Pair term={t("Server")}>{sending.host}</Pair>}
        {sending.from && <Pair term={t("From")}>{sending.from}</Pair>}
        <Pair term={t("Chosen by")}>
          {sending.by_setting ? (
            <>
              {t("the setting")} <code className="font-mono text-cap">POSTROOM_SMTP_URL</code>
            </>
          ) : (
            t("this page")
          )}
        </Pair>
        <Pair term={t("Senders at work")}>{String(sending.senders)}</Pair>
      </dl>
    </Card>
  );
}

function TestMail() {
  const { user } = useSession();
  const [to, setTo] = useState(user.email);
  const send = useMutation({
    mutationFn: () => api.post("/sending/test", { to }),
    onSuccess: () => toast(t("A test email is on its way to {to}.", { to })),
  });
  return (
    <Card title={t("Send a test email")} padded>
      <Form errors={errorsOf(send.error)} onSubmit={() => send.mutate()} className="flex flex-col gap-3">
        <FormProblem problem={send.error} fields={["to"]} />
        <div className="flex flex-wrap items-end gap-2">
          <TextField
            label={t("To")}
            name="to"
            type="email"
            isRequired
            value={to}
            onChange={setTo}
            className="min-w-60 flex-1"
          />
          <Button type="submit" busy={send.isPending} icon={<Send {...size} />}>
            {t("Send the test")}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

type Tried = { ok: boolean; message: string; help?: string };

function Outlet({ sending }: { sending: SendingState }) {
  const refresh = useRefresh();
  const [kind, setKind] = useState<string>(sending.kind);
  const [tried, setTried] = useState<Tried | null>(null);
  const [host, port] = splitHost(sending.host);
  const body = (data: FormData) => ({
    kind,
    ...(kind === "smtp" && {
      host: String(data.get("host") ?? "").trim(),
      port: Number(data.get("port")) || 587,
      user: String(data.get("user") ?? ""),
      password: String(data.get("password") ?? ""),
      security: String(data.get("security") ?? "starttls"),
    }),
  });
  const save = useMutation({
    mutationFn: (data: FormData) => api.put("/sending", body(data)),
    onSuccess: async (_, data) => {
      await refresh("/sending", "/session", "/home");
      toast(
        kind === "inbox"
          ? t("Emails now go into the test inbox.")
          : t("Emails now leave through {host}.", { host: String(data.get("host")) }),
      );
    },
  });
  const [trying, setTrying] = useState(false);
  const attempt = async (form: HTMLFormElement | null) => {
    if (!form) return;
    setTrying(true);
    try {
      setTried(await api.post<Tried>("/sending/try", body(new FormData(form))));
    } catch (error) {
      setTried({ ok: false, message: sentence(error) });
    }
    setTrying(false);
  };
  return (
    <Card title={t("How should emails leave?")} padded>
      <Form
        id="outlet"
        errors={errorsOf(save.error)}
        onSubmit={(data) => save.mutate(data)}
        className="flex flex-col gap-4"
      >
        <FormProblem problem={save.error} fields={["host", "port", "user", "password"]} />
        <RadioCards
          hideLabel
          label={t("How should emails leave?")}
          value={kind}
          onChange={(next) => {
            setKind(next);
            setTried(null);
          }}
          options={[
            {
              id: "inbox",
              label: t("Into the test inbox"),
              note: t("Nothing leaves this machine. You see every email as a reader would."),
              icon: <Inbox {...size} />,
            },
            {
              id: "smtp",
              label: t("Through a mail service"),
              note: t("Any SMTP relay: your provider, or a sending service you pay."),
              icon: <Send {...size} />,
            },
          ]}
        />
        {kind === "smtp" && (
          <div className="grid gap-4 sm:grid-cols-6">
            <TextField
              name="host"
              label={t("Host")}
              isRequired
              defaultValue={host}
              placeholder="smtp.example.com"
              className="sm:col-span-4"
            />
            <TextField
              name="port"
              label={t("Port")}
              isRequired
              defaultValue={port}
              inputMode="numeric"
              className="sm:col-span-2"
            />
            <TextField name="user" label={t("User name")} autoComplete="off" className="sm:col-span-3" />
            <TextField
              name="password"
              label={t("Password")}
              type="password"
              autoComplete="new-password"
              className="sm:col-span-3"
            />
            <Select
              name="security"
              label={t("Encryption")}
              className="sm:col-span-3"
              defaultValue="starttls"
              options={[
                { id: "starttls", label: t("STARTTLS (port 587)") },
                { id: "tls", label: t("TLS from the start (port 465)") },
                { id: "none", label: t("None, only inside your network") },
              ]}
            />
          </div>
        )}
        {tried && (
          <div role="status">
            <Remark
              tone={tried.ok ? "ok" : "bad"}
              icon={tried.ok ? <CircleCheck {...size} /> : <CircleAlert {...size} />}
            >
              {tried.message} {tried.help}
            </Remark>
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          {kind === "smtp" && (
            <Button busy={trying} onPress={(event) => void attempt(event.target.closest("form"))}>
              {t("Try it")}
            </Button>
          )}
          <Button
            type="submit"
            variant="primary"
            busy={save.isPending}
            isDisabled={kind === "inbox" && sending.kind === "inbox"}
          >
            {kind === "smtp" ? t("Send through this service") : t("Use the test inbox")}
          </Button>
        </div>
      </Form>
    </Card>
  );
}

function splitHost(host: string): [string, string] {
  const found = /^(.*?)(?::(\d+))?$/.exec(host ?? "");
  return [found?.[1] ?? "", found?.[2] ?? "587"];
}
