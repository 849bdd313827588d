import { useState } from "react";
import { sentence } from "../api";
import { t } from "../i18n";
import type { Question } from "./ask";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { TextField } from "./fields";

export function ConfirmDialog({
  title,
  body,
  verb,
  danger,
  word,
  run,
  onClose,
}: Question & { onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  const go = async () => {
    setBusy(true);
    try {
      await run();
      onClose();
    } catch (error) {
      setProblem(sentence(error));
      setBusy(false);
    }
  };
  const footer = (
    <>
      <Button onPress={onClose}>{t("Keep it as it is")}</Button>
      <Button
        variant={danger ? "danger-primary" : "primary"}
        busy={busy}
        isDisabled={!!word && typed.trim() !== word}
        onPress={() => void go()}
      >
        {verb}
      </Button>
    </>
  );
  return (
    <Dialog title={title} open onClose={onClose} footer={footer}>
      <div className="text-soft">{body}</div>
      {word && (
        <TextField
          className="mt-4"
          label={t("Type “{word}” to go on", { word })}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
        />
      )}
      {problem && (
        <p role="alert" className="mt-3 text-danger">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
