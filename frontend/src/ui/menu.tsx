import { Check } from "lucide-react";
import type { ReactNode } from "react";
import {
  MenuItem as AriaMenuItem,
  Header,
  Menu,
  MenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from "react-aria-components";
import { Button, type ButtonProps, IconButton } from "./button";
import { css } from "./css";

type MenuProps = {
  /** Spoken, and shown as tooltip when the trigger is only an icon. */
  label: string;
  icon?: ReactNode;
  /** Text of the trigger; without it the trigger is an icon. */
  text?: ReactNode;
  after?: ReactNode;
  variant?: ButtonProps["variant"];
  size?: ButtonProps["size"];
  className?: string;
  placement?: "bottom start" | "bottom end" | "top start" | "top end";
  children: ReactNode;
};

export function MenuButton({
  label,
  icon,
  text,
  after,
  variant,
  size,
  className,
  placement,
  children,
}: MenuProps) {
  return (
    <MenuTrigger>
      {text === undefined ? (
        <IconButton label={label} variant={variant} size={size} className={className}>
          {icon}
        </IconButton>
      ) : (
        <Button variant={variant} size={size} icon={icon} className={className}>
          {text}
          {after}
        </Button>
      )}
      <Popover
        placement={placement ?? "bottom end"}
        className="pop appear min-w-48 max-w-80 overflow-auto p-1"
      >
        <Menu className="outline-none" aria-label={label}>
          {children}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

type ItemProps = {
  icon?: ReactNode;
  danger?: boolean;
  chosen?: boolean;
  disabled?: boolean;
  /** A second, quieter line. */
  note?: ReactNode;
  onAction?: () => void;
  /** A path of the app or, with `out`, any address. */
  href?: string;
  target?: string;
  text?: string;
  children: ReactNode;
};

export function MenuItem({
  icon,
  danger,
  chosen,
  disabled,
  note,
  onAction,
  href,
  target,
  text,
  children,
}: ItemProps) {
  return (
    <AriaMenuItem
      onAction={onAction}
      href={href}
      target={target}
      isDisabled={disabled}
      textValue={text ?? (typeof children === "string" ? children : undefined)}
      className={css(
        "flex min-h-8 cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1 outline-none data-focused:bg-hover data-disabled:opacity-50",
        danger ? "text-danger" : "text-ink",
      )}
    >
      {icon && <span className={danger ? "" : "text-muted"}>{icon}</span>}
      <span className="min-w-0 flex-1">
        <span className="block">{children}</span>
        {note && <span className="block text-cap text-muted">{note}</span>}
      </span>
      {chosen && <Check size={16} className="text-accent" aria-hidden />}
    </AriaMenuItem>
  );
}

export function MenuGroup({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <MenuSection>
      {title && <Header className="caps px-2.5 pt-2 pb-1">{title}</Header>}
      {children}
    </MenuSection>
  );
}

export const MenuLine = () => <Separator className="-mx-1 my-1 h-px bg-line" />;
