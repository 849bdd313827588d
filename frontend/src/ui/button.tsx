import { Check, Copy, LoaderCircle } from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from "react-aria-components";
import { t } from "../i18n";
import { css } from "./css";
import { A, type Search } from "./link";

export type Variant = "primary" | "plain" | "quiet" | "danger" | "danger-primary";
export type Size = "s" | "m" | "l";

const look: Record<Variant, string> = {
  primary:
    "bg-accent border-accent text-on-accent hover:bg-accent-hover hover:border-accent-hover shadow-card",
  plain: "bg-surface border-line text-ink shadow-card hover:bg-hover",
  quiet: "border-transparent text-ink hover:bg-hover",
  danger: "bg-surface border-line text-danger shadow-card hover:bg-danger-soft",
  "danger-primary": "bg-danger border-danger text-canvas shadow-card hover:opacity-90",
};
const measure: Record<Size, string> = {
  s: "h-7 px-2.5 gap-1.5 rounded-control text-label max-sm:min-h-11 max-sm:px-3",
  m: "h-8 px-3 gap-2 rounded-control text-ui max-sm:min-h-11",
  l: "h-11 px-4 gap-2 rounded-control text-body",
};

export function buttonClass(variant: Variant = "plain", size: Size = "m", more?: string): string {
  return css(
    "inline-flex shrink-0 items-center justify-center border font-medium whitespace-nowrap select-none no-underline",
    "transition-colors data-disabled:opacity-50 data-disabled:pointer-events-none",
    look[variant],
    measure[size],
    more,
  );
}

export type ButtonProps = Omit<AriaButtonProps, "className" | "children"> & {
  variant?: Variant;
  size?: Size;
  icon?: ReactNode;
  busy?: boolean;
  className?: string;
  children?: ReactNode;
};

export function Button({ variant, size, icon, busy, className, children, isDisabled, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} isDisabled={isDisabled || busy} className={buttonClass(variant, size, className)}>
      {busy ? <LoaderCircle size={16} className="animate-spin" aria-hidden /> : icon}
      {children}
    </AriaButton>
  );
}

/** A verb that stands in running text or at the end of a card's title line. */
export function TextButton({ className, children, ...rest }: Omit<ButtonProps, "variant" | "size" | "icon">) {
  return (
    <AriaButton
      {...rest}
      className={css(
        "touch rounded-small font-medium text-accent underline-offset-2 hover:underline data-disabled:text-muted data-disabled:no-underline",
        className,
      )}
    >
      {children}
    </AriaButton>
  );
}

type IconButtonProps = Omit<ButtonProps, "icon" | "children" | "aria-label"> & {
  label: string;
  children: ReactNode;
};

/** Only an icon: its label is spoken and shown as a tooltip. */
export function IconButton({
  label,
  children,
  variant = "quiet",
  size = "m",
  className,
  ...rest
}: IconButtonProps) {
  const box = size === "s" ? "w-7 px-0! max-sm:w-11" : size === "l" ? "w-11 px-0!" : "w-8 px-0! max-sm:w-11";
  return (
    <Hint label={label}>
      <Button {...rest} aria-label={label} variant={variant} size={size} className={css(box, className)}>
        {children}
      </Button>
    </Hint>
  );
}

export function Hint({ label, children }: { label: string; children: ReactNode }) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <Tooltip
        offset={6}
        className="appear z-50 max-w-64 rounded-control bg-ink px-2 py-1 text-cap font-medium text-canvas shadow-pop"
      >
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}

type LinkButtonProps = {
  to: string;
  search?: Search;
  out?: boolean;
  variant?: Variant;
  size?: Size;
  icon?: ReactNode;
  className?: string;
  download?: boolean;
  target?: string;
  children: ReactNode;
};

export function LinkButton({ variant, size, icon, className, children, download, ...rest }: LinkButtonProps) {
  return (
    <A {...rest} download={download || undefined} className={buttonClass(variant, size, className)}>
      {icon}
      {children}
    </A>
  );
}

/** Puts a text on the clipboard and says so. */
export function CopyButton({
  text,
  label,
  children,
}: {
  text: string;
  label?: string;
  children?: ReactNode;
}) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1600);
  };
  const icon = done ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />;
  if (children) {
    return (
      <Button size="s" icon={icon} onPress={copy}>
        {done ? t("Copied") : children}
      </Button>
    );
  }
  return (
    <IconButton label={done ? t("Copied") : (label ?? t("Copy"))} size="s" onPress={copy}>
      {icon}
    </IconButton>
  );
}
