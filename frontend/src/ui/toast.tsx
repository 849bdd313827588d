import { X } from "lucide-react";
import {
  UNSTABLE_Toast as AriaToast,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { sentence } from "../api";
import { t } from "../i18n";
import { Button, IconButton } from "./button";
import { css } from "./css";

type Message = { text: string; tone: "ok" | "bad"; undo?: () => unknown; verb?: string };

const queue = new ToastQueue<Message>({ maxVisibleToasts: 3 });

/** Says what happened; with `undo` it stays long enough to take it back. */
export function toast(text: string, undo?: Message["undo"], verb?: string): void {
  queue.add({ text, tone: "ok", undo, verb }, { timeout: undo ? 12_000 : 5_000 });
}

/** Says why something did not happen. */
export function toastProblem(problem: unknown): void {
  queue.add(
    { text: typeof problem === "string" ? problem : sentence(problem), tone: "bad" },
    { timeout: 12_000 },
  );
}

export function Toasts() {
  return (
    <ToastRegion
      queue={queue}
      className="fixed inset-x-4 bottom-4 z-50 mx-auto flex max-w-md flex-col gap-2 outline-none sm:inset-x-0"
    >
      {({ toast: each }) => (
        <AriaToast
          toast={each}
          className={css(
            "appear flex items-center gap-3 rounded-card py-2.5 ps-4 pe-2 shadow-pop outline-none",
            each.content.tone === "bad" ? "bg-danger text-canvas" : "bg-ink text-canvas",
          )}
        >
          <ToastContent className="min-w-0 flex-1">
            <Text slot="title">{each.content.text}</Text>
          </ToastContent>
          {each.content.undo && (
            <Button
              size="s"
              variant="quiet"
              className="text-canvas! underline underline-offset-2 hover:bg-transparent!"
              onPress={async () => {
                queue.close(each.key);
                try {
                  await each.content.undo?.();
                } catch (problem) {
                  toastProblem(problem);
                }
              }}
            >
              {each.content.verb ?? t("Undo")}
            </Button>
          )}
          <IconButton slot="close" label={t("Close")} size="s" className="text-canvas! hover:bg-transparent!">
            <X size={16} aria-hidden />
          </IconButton>
        </AriaToast>
      )}
    </ToastRegion>
  );
}
