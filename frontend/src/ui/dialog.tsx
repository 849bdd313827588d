import { X } from "lucide-react";
import type { ReactNode } from "react";
import {
  Dialog as AriaDialog,
  DialogTrigger as AriaDialogTrigger,
  Popover as AriaPopover,
  Heading,
  Modal,
  ModalOverlay,
} from "react-aria-components";
import { t } from "../i18n";
import { IconButton } from "./button";
import { css } from "./css";

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
