import { X } from "lucide-react";
import { createContext, type ReactNode, useContext, useState } from "react";
import {
  Dialog as AriaDialog,
  DialogTrigger as AriaDialogTrigger,
  Popover as AriaPopover,
  Heading,
  Modal,
  ModalOverlay,
} from "react-aria-components";
import { sentence } from "../api";
import { t } from "../i18n";
import { Button, IconButton } from "./button";
import { css } from "./css";
import { TextField } from "./fields";

const overlay = "fixed inset-0 z-40 bg-scrim data-entering:appear";

type DialogProps = {
  title: string;
  /** Open or not is the caller's state. */
  open: boolean;
  onClose: () => void;
  /** A sentence under the title. */
  lead?: ReactNode;
  width?: "s" | "m" | "l";
  /** Buttons; the primary one last. */
  footer?: ReactNode;
  children?: ReactNode;
};

export function Dialog({ title, open, onClose, lead, width = "s", footer, children }: DialogProps) {
  const size = { s: "max-w-md", m: "max-w-xl", l: "max-w-3xl" }[width];
  return (
    <ModalOverlay isOpen={open} onOpenChange={(now) => !now && onClose()} isDismissable className={overlay}>
      <div className="pointer-events-none fixed inset-0 flex items-end justify-center sm:items-center sm:p-6">
        <Modal
          className={css(
            "pop appear pointer-events-auto flex max-h-full w-full flex-col max-sm:rounded-b-none",
            size,
          )}
        >
          <AriaDialog className="flex min-h-0 flex-col outline-none">
            <header className="flex items-start justify-between gap-4 px-5 pt-4.5 pb-3">
              <div>
                <Heading slot="title" className="font-serif text-heading font-medium">
                  {title}
                </Heading>
                {lead && <p className="mt-1 text-muted">{lead}</p>}
              </div>
              <IconButton label={t("Close")} size="s" onPress={onClose}>
                <X size={16} aria-hidden />
              </IconButton>
            </header>
            {children && <div className="relative min-h-0 overflow-auto px-5 pt-1 pb-5">{children}</div>}
            {footer && (
              <footer className="flex flex-wrap items-center justify-end gap-2 rounded-b-card border-t px-5 py-3.5">
                {footer}
              </footer>
            )}
          </AriaDialog>
        </Modal>
      </div>
    </ModalOverlay>
  );
}

export type Question = {
  title: string;
  /** What will be so afterwards, with numbers. */
  body: ReactNode;
  /** The verb with its consequence: "Unsubscribe 12 people". */
  verb: string;
  danger?: boolean;
  /** A word the person types first, for what cannot be undone. */
  word?: string;
  run: () => unknown;
};

const Ask = createContext<(question: Question) => void>(() => {});

/** `const ask = useAsk(); ask({title, body, verb, run})` opens one question; it closes when `run` is through. */
export const useAsk = () => useContext(Ask);

export function AskProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  return (
    <Ask value={setQuestion}>
      {children}
      {question && <ConfirmDialog {...question} onClose={() => setQuestion(null)} />}
    </Ask>
  );
}

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

type DrawerProps = {
  title: string;
  open: boolean;
  onClose: () => void;
  side?: "start" | "end";
  bare?: boolean;
  children: ReactNode;
};

/** A panel at the side; `bare` leaves title and padding to the content. */
export function Drawer({ title, open, onClose, side = "end", bare, children }: DrawerProps) {
  return (
    <ModalOverlay isOpen={open} onOpenChange={(now) => !now && onClose()} isDismissable className={overlay}>
      <Modal
        className={css(
          "fixed inset-y-0 w-full overflow-auto border-line bg-canvas shadow-pop",
          side === "start"
            ? "slide-start start-0 max-w-72 border-e"
            : "slide-end end-0 max-w-101 border-s bg-surface",
        )}
      >
        <AriaDialog aria-label={title} className="min-h-full outline-none">
          {bare ? (
            children
          ) : (
            <>
              <header className="flex items-center justify-between border-b px-4 py-3">
                <Heading slot="title" className="text-body font-semibold">
                  {title}
                </Heading>
                <IconButton label={t("Close")} size="s" onPress={onClose}>
                  <X size={16} aria-hidden />
                </IconButton>
              </header>
              <div className="p-4">{children}</div>
            </>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

type PopProps = {
  label: string;
  trigger: ReactNode;
  placement?: "bottom start" | "bottom end" | "bottom";
  className?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
};

/** A pop-over with free content; `trigger` is a kit button. */
export function Pop({ label, trigger, placement = "bottom end", className, children }: PopProps) {
  return (
    <AriaDialogTrigger>
      {trigger}
      <AriaPopover placement={placement} className={css("pop appear overflow-auto", className)}>
        <AriaDialog aria-label={label} className="outline-none">
          {({ close }) => (typeof children === "function" ? children(close) : children)}
        </AriaDialog>
      </AriaPopover>
    </AriaDialogTrigger>
  );
}
