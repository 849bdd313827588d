import { Send } from "lucide-react";
import { useState } from "react";
import { api, sentence } from "@/api";
import { useAct, useSession } from "@/data";
import { n, t } from "@/i18n";
import { Button, Dialog, TextField, toast } from "@/ui/kit";
import type { Email } from "./shapes";

type Props = { email: Email; flush: () => Promise<void>; onClose: () => void };

/** The email as it stands, to oneself or a few others. */
export function TestSend({ email, flush, onClose }: Props) {
  const { user, outlet } = useSession();
  const inbox = outlet.kind === "inbox";
  const [to, setTo] = useState(user.email);
  const addresses = to.split(/[\s,;]+/).filter(Boolean);
  const send = useAct(
    async () => {
      await flush();
      const path = `/sequences/${email.sequence_id}/emails/${email.id}/test`;
      return api.post<{ sent: number }>(path, { to: addresses });
    },
    ["/inbox", "/session"],
    ({ sent }) => {
      onClose();
      toast(
        inbox
          ? n("{count} test is in the test inbox.", "{count} tests are in the test inbox.", sent)
          : n("{count} test is on its way.", "{count} tests are on their way.", sent),
      );
    },
  );
  return (
    <Dialog
      title={t("Send a test")}
      lead={
        inbox
          ? t("It lands in the test inbox; nothing leaves this machine.")
          : t("The email as it stands, marked as a test.")
      }
      open
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          icon={<Send size={16} aria-hidden />}
          busy={send.isPending}
          isDisabled={!addresses.length}
          onPress={() => send.mutate()}
        >
          {n("Send {count} test", "Send {count} tests", Math.max(1, addresses.length))}
        </Button>
      }
    >
      <TextField
        label={t("To")}
        value={to}
        onChange={setTo}
        help={t("Several addresses: put a comma between them.")}
        autoFocus
      />
      {!!send.error && (
        <p role="alert" className="mt-2 text-danger">
          {sentence(send.error)}
        </p>
      )}
    </Dialog>
  );
}
