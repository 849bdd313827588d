import { Send } from "lucide-react";
import { useState } from "react";
import { api, sentence } from "@/api";
import { useAct, useSession } from "@/data";
import { n, t } from "@/i18n";
import { Button, Dialog, TextField, toast } from "@/ui/kit";
import type { Broadcast } from "../broadcasts/shapes";

type Props = {
  letter: Broadcast;
  onChange: (part: Partial<Broadcast>) => void;
  flush: () => Promise<void>;
  onClose: () => void;
};

/** The letter as it stands, to oneself or a few others. */
export function TestSend({ letter, onChange, flush, onClose }: Props) {
  const { id } = letter;
  const inbox = letter.outlet === "inbox";
  // Asked here only when the account has none yet; the field stays while it is being filled.
  const [askFrom] = useState(!letter.from_email);
  const [to, setTo] = useState(useSession().user.email);
  const addresses = to.split(/[\s,;]+/).filter(Boolean);
  const send = useAct(
    async () => {
      await flush();
      return api.post<{ sent: number }>(`/broadcasts/${id}/test`, { to: addresses });
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
          : t("The letter as it stands, marked as a test.")
      }
      open
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          icon={<Send size={16} aria-hidden />}
          busy={send.isPending}
          isDisabled={!addresses.length || !letter.from_email.trim()}
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
      {askFrom && (
        <TextField
          className="mt-4"
          label={t("From address")}
          type="email"
          value={letter.from_email}
          onChange={(from_email) => onChange({ from_email })}
          help={t(
            "Your own address, which readers see and answer to. Settings, Account sets it for all letters.",
          )}
        />
      )}
      {!!send.error && (
        <p role="alert" className="mt-2 text-danger">
          {sentence(send.error)}
        </p>
      )}
    </Dialog>
  );
}
