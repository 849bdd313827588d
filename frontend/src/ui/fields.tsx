import { Check, ChevronDown, Minus, Search as SearchIcon, X } from "lucide-react";
import type { FormEvent, ReactNode } from "react";
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
  Form as AriaForm,
  SearchField as AriaSearchField,
  Select as AriaSelect,
  Switch as AriaSwitch,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Radio,
  RadioGroup,
  SelectValue,
  Text,
} from "react-aria-components";
import { t } from "../i18n";
import { css } from "./css";

export const labelClass = "mb-1.5 block text-label font-medium text-soft";
export const helpClass = "mt-1.5 block text-cap text-muted";
export const errorClass = "mt-1.5 block text-cap text-danger";
export const inputClass =
  "field-box h-8 w-full px-2.5 outline-none placeholder:text-muted data-focused:border-accent data-focused:ring-2 data-focused:ring-accent-soft data-invalid:border-danger data-disabled:bg-sunken data-disabled:text-muted max-sm:h-11 max-sm:text-lead";

type FormProps = {
  /** Messages by field name, as the server gave them. */
  errors?: Record<string, string>;
  onSubmit: (values: FormData) => void;
  children: ReactNode;
  className?: string;
  id?: string;
};

export function Form({ errors, onSubmit, children, className, id }: FormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <AriaForm
      id={id}
      validationErrors={errors}
      validationBehavior="native"
      onSubmit={submit}
      className={className}
    >
      {children}
    </AriaForm>
  );
}

/** What a field says under itself: help, or what is wrong. */
function Under({ help }: { help?: ReactNode }) {
  return (
    <>
      {help && (
        <Text slot="description" className={helpClass}>
          {help}
        </Text>
      )}
      <FieldError className={errorClass} />
    </>
  );
}

type TextFieldProps = Omit<AriaTextFieldProps, "className" | "children"> & {
  label: ReactNode;
  hideLabel?: boolean;
  help?: ReactNode;
  placeholder?: string;
  rows?: number;
  icon?: ReactNode;
  /** Stands at the end of the label's line. */
  aside?: ReactNode;
  className?: string;
  inputClassName?: string;
};

export function TextField(props: TextFieldProps) {
  const { label, hideLabel, help, placeholder, rows, icon, aside, className, inputClassName, ...rest } =
    props;
  return (
    <AriaTextField
      {...rest}
      aria-label={hideLabel && typeof label === "string" ? label : rest["aria-label"]}
      className={css("block", className)}
    >
      {!hideLabel && (
        <span className="flex items-baseline justify-between">
          <Label className={labelClass}>{label}</Label>
          {aside}
        </span>
      )}
      {rows ? (
        <AriaTextArea
          rows={rows}
          placeholder={placeholder}
          className={css(inputClass, "h-auto! resize-y py-2", inputClassName)}
        />
      ) : (
        <span className="relative block">
          {icon && (
            <span className="pointer-events-none absolute inset-y-0 start-2.5 grid place-items-center text-muted">
              {icon}
            </span>
          )}
          <Input placeholder={placeholder} className={css(inputClass, !!icon && "ps-8", inputClassName)} />
        </span>
      )}
      <Under help={help} />
    </AriaTextField>
  );
}

type SearchProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
};

export function SearchField({ label, value, onChange, className }: SearchProps) {
  return (
    <AriaSearchField
      aria-label={label}
      value={value}
      onChange={onChange}
      className={css("group relative block", className)}
    >
      <SearchIcon
        size={16}
        strokeWidth={1.75}
        className="pointer-events-none absolute start-2.5 top-1/2 -translate-y-1/2 text-muted"
        aria-hidden
      />
      <Input
        placeholder={label}
        className={css(inputClass, "ps-8 pe-8 [&::-webkit-search-cancel-button]:hidden")}
      />
      <AriaButton
        aria-label={t("Clear")}
        className="absolute end-1 top-1/2 grid size-6 max-sm:end-0 max-sm:size-11 -translate-y-1/2 place-items-center rounded-control text-muted hover:bg-hover group-data-empty:hidden"
      >
        <X size={14} aria-hidden />
      </AriaButton>
    </AriaSearchField>
  );
}

export type Choice = {
  id: string;
  label: string;
  note?: string;
  icon?: ReactNode;
  badge?: ReactNode;
  disabled?: boolean;
};

type SelectProps = {
  label: string;
  hideLabel?: boolean;
  help?: ReactNode;
  options: Choice[];
  value?: string | null;
  defaultValue?: string;
  onChange?: (value: string) => void;
  name?: string;
  placeholder?: string;
  disabled?: boolean;
  size?: "s" | "m";
  className?: string;
};

export function Select(props: SelectProps) {
  const {
    label,
    hideLabel,
    help,
    options,
    value,
    defaultValue,
    onChange,
    name,
    placeholder,
    disabled,
    className,
  } = props;
  return (
    <AriaSelect
      aria-label={hideLabel ? label : undefined}
      value={value}
      defaultValue={defaultValue}
      onChange={(key) => key !== null && onChange?.(String(key))}
      name={name}
      placeholder={placeholder ?? t("Choose")}
      isDisabled={disabled}
      className={css("block min-w-0", className)}
    >
      {!hideLabel && <Label className={labelClass}>{label}</Label>}
      <AriaButton
        className={css(inputClass, "flex items-center gap-2 text-start", props.size === "s" && "sm:h-7.5!")}
      >
        <SelectValue className="min-w-0 flex-1 truncate data-placeholder:text-muted [&_[slot=description]]:hidden [&_.choice>span]:truncate [&>svg]:hidden" />
        <ChevronDown size={14} className="shrink-0 text-muted" aria-hidden />
      </AriaButton>
      <Under help={help} />
      <Popover className="pop appear min-w-(--trigger-width) overflow-auto p-1">
        <ListBox items={options} className="max-h-80 overflow-auto outline-none">
          {(option) => <ChoiceItem {...option} />}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export function ChoiceItem({ id, label, note, icon, badge, disabled }: Choice) {
  return (
    <ListBoxItem
      id={id}
      textValue={label}
      isDisabled={disabled}
      className="group flex min-h-8 cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-1 outline-none data-focused:bg-hover data-disabled:opacity-50"
    >
      <span className="choice flex min-w-0 flex-1 items-center gap-2">
        {icon && <span className="shrink-0 text-muted">{icon}</span>}
        <span className="min-w-0">
          <span className="block truncate">{label}</span>
          {note && (
            <span slot="description" className="block text-cap text-muted">
              {note}
            </span>
          )}
        </span>
        {badge && <span className="shrink-0">{badge}</span>}
      </span>
      <Check size={16} className="invisible shrink-0 text-accent group-data-selected:visible" aria-hidden />
    </ListBoxItem>
  );
}

type CheckboxProps = Omit<AriaCheckboxProps, "className" | "children"> & {
  children?: ReactNode;
  className?: string;
  note?: ReactNode;
};

export function Checkbox({ children, className, note, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox
      {...rest}
      className={css("touch group flex items-start gap-2.5 data-disabled:opacity-50", className)}
    >
      {({ isSelected, isIndeterminate }) => (
        <>
          <Box on={isSelected || isIndeterminate}>
            {isIndeterminate ? (
              <Minus size={12} strokeWidth={3} aria-hidden />
            ) : (
              <Check size={12} strokeWidth={3} aria-hidden />
            )}
          </Box>
          {children && (
            <span>
              {children}
              {note && <span className="block text-cap text-muted">{note}</span>}
            </span>
          )}
        </>
      )}
    </AriaCheckbox>
  );
}

function Box({ on, children }: { on: boolean; children: ReactNode }) {
  return (
    <span
      className={css(
        "mt-0.5 grid size-4 shrink-0 place-items-center rounded-small border group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-accent",
        on ? "border-accent bg-accent text-on-accent" : "border-field bg-surface text-transparent",
      )}
    >
      {children}
    </span>
  );
}

type SwitchProps = {
  label: string;
  note?: ReactNode;
  on?: boolean;
  defaultOn?: boolean;
  onChange?: (on: boolean) => void;
  disabled?: boolean;
  name?: string;
};

/** A setting that acts at once: words at the start, switch at the end. */
export function Switch({ label, note, on, defaultOn, onChange, disabled, name }: SwitchProps) {
  return (
    <AriaSwitch
      isSelected={on}
      defaultSelected={defaultOn}
      onChange={onChange}
      isDisabled={disabled}
      name={name}
      className="touch group flex cursor-pointer items-start justify-between gap-3 data-disabled:opacity-60"
    >
      <span className="min-w-0">
        <span className="block font-medium">{label}</span>
        {note && <span className="block text-cap text-muted">{note}</span>}
      </span>
      <span className="relative mt-px h-4.5 w-8 shrink-0 rounded-chip bg-field transition-colors group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-accent group-data-selected:bg-accent">
        <span className="absolute start-0.5 top-0.5 size-3.5 rounded-chip bg-white transition-transform group-data-selected:translate-x-3.5 group-data-selected:bg-on-accent rtl:group-data-selected:-translate-x-3.5" />
      </span>
    </AriaSwitch>
  );
}

type RadioCardsProps = {
  label: string;
  hideLabel?: boolean;
  value?: string;
  defaultValue?: string;
  onChange?: (value: string) => void;
  name?: string;
  options: Choice[];
  columns?: 1 | 2;
};

/** A few exclusive ways, each with a sentence. */
export function RadioCards({ label, hideLabel, options, columns = 1, ...rest }: RadioCardsProps) {
  return (
    <RadioGroup {...rest} aria-label={hideLabel ? label : undefined}>
      {!hideLabel && <Label className={labelClass}>{label}</Label>}
      <div className={css("grid gap-2", columns === 2 && "sm:grid-cols-2")}>
        {options.map((option) => (
          <Radio
            key={option.id}
            value={option.id}
            isDisabled={option.disabled}
            className="group flex cursor-pointer gap-3 rounded-card border bg-surface p-3.5 data-selected:border-accent data-selected:bg-accent-soft data-selected:ring-1 data-selected:ring-accent data-disabled:cursor-default data-disabled:bg-sunken data-disabled:opacity-70"
          >
            <span className="mt-0.5 size-4 shrink-0 rounded-chip border border-field bg-surface group-data-selected:border-5 group-data-selected:border-accent" />
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{option.label}</span>
              {option.note && <span className="block text-cap text-muted">{option.note}</span>}
            </span>
            {option.icon && <span className="text-muted">{option.icon}</span>}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
