import { t } from "@/i18n";
import { Button, CopyButton, Dialog } from "@/ui/kit";

/** A secret, the one time it is seen. */
export function SecretShown({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      title={t("The secret of this webhook")}
      lead={t("Copy it now: it is not shown again.")}
      open
      onClose={onClose}
      footer={
        <Button variant="primary" onPress={onClose}>
          {t("I have it")}
        </Button>
      }
    >
      <p className="flex min-w-0 items-center gap-1.5">
        <code className="min-w-0 rounded-small bg-sunken px-2 py-1 font-mono text-cap wrap-anywhere">
          {secret}
        </code>
        <CopyButton text={secret} />
      </p>
      <p className="mt-3 text-cap text-muted">
        {t(
          "Each call carries X-Postroom-Signature: t=…,v1=…, where v1 is the HMAC-SHA-256 of the time, a full stop and the body.",
        )}
      </p>
    </Dialog>
  );
}
