import { ChevronsUpDown, X } from "lucide-react";
import { type ReactNode, useMemo, useRef, useState } from "react";
import {
  Button as AriaButton,
  ComboBox as AriaComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  Popover,
  Text,
} from "react-aria-components";
import { t } from "../i18n";
import { css } from "./css";
import { type Choice, ChoiceItem, errorClass, helpClass, inputClass, labelClass } from "./fields";

type ComboBoxProps = {
  label: string;
  hideLabel?: boolean;
  help?: ReactNode;
  options: Choice[];
  value: string | null;
  onChange: (value: string | null) => void;
  /** Typed text, for lists that the server searches. */
  onSearch?: (text: string) => void;
  placeholder?: string;
  name?: string;
  className?: string;
};

/** One of many, found by typing. */
export function ComboBox(props: ComboBoxProps) {
  const { label, hideLabel, help, options, value, onChange, onSearch, placeholder, name, className } = props;
  return (
    <AriaComboBox
      aria-label={hideLabel ? label : undefined}
      {...(onSearch ? { items: options } : { defaultItems: options })}
      value={value}
      onChange={(key) => onChange(key === null ? null : String(key))}
      onInputChange={onSearch}
      menuTrigger="focus"
      name={name}
      className={css("block min-w-0", className)}
    >
      {!hideLabel && <Label className={labelClass}>{label}</Label>}
      <span className="relative block">
        <Input placeholder={placeholder} className={css(inputClass, "pe-8")} />
        <AriaButton
          aria-label={t("Show the choices")}
          className="absolute end-1 top-1/2 grid size-6 -translate-y-1/2 place-items-center rounded-control text-muted hover:bg-hover"
        >
          <ChevronsUpDown size={14} aria-hidden />
        </AriaButton>
      </span>
      {help && (
        <Text slot="description" className={helpClass}>
          {help}
        </Text>
      )}
      <FieldError className={errorClass} />
      <Popover className="pop appear w-(--trigger-width) overflow-auto p-1">
        <ListBox
          className="max-h-72 overflow-auto outline-none"
          renderEmptyState={() => <p className="px-2.5 py-1.5 text-muted">{t("Nothing is called that.")}</p>}
        >
          {(option: Choice) => <ChoiceItem {...option} />}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}

type Named = { id: number; name: string };
type TagPickerProps = {
  label: string;
  hideLabel?: boolean;
  help?: ReactNode;
  tags: Named[];
  value: number[];
  onChange: (ids: number[]) => void;
  /** Makes a new tag with this name and answers it; without it only known tags can be chosen. */
  onCreate?: (name: string) => Promise<Named>;
  placeholder?: string;
  tone?: "accent" | "plain";
  className?: string;
};

const NEW = "new";

/** Several tags as chips, added by typing. */
export function TagPicker(props: TagPickerProps) {
  const {
    label,
    hideLabel,
    help,
    tags,
    value,
    onChange,
    onCreate,
    placeholder,
    tone = "accent",
    className,
  } = props;
  const [text, setText] = useState("");
  const [made, setMade] = useState<Named[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const known = useMemo(
    () => [...tags, ...made.filter((tag) => !tags.some((each) => each.id === tag.id))],
    [tags, made],
  );
  const wanted = text.trim().toLowerCase();
  const open: Choice[] = known
    .filter((tag) => !value.includes(tag.id) && tag.name.toLowerCase().includes(wanted))
    .slice(0, 100)
    .map((tag) => ({ id: String(tag.id), label: tag.name }));
  if (onCreate && wanted && !known.some((tag) => tag.name.toLowerCase() === wanted)) {
    open.push({ id: NEW, label: t("Make the tag “{name}”", { name: text.trim() }) });
  }

  const add = async (key: string) => {
    if (key === NEW && onCreate) {
      const tag = await onCreate(text.trim());
      setMade((old) => [...old, tag]);
      onChange([...value, tag.id]);
    } else if (key !== NEW) onChange([...value, Number(key)]);
    setText("");
  };
  const remove = (id: number) => {
    onChange(value.filter((each) => each !== id));
    input.current?.focus();
  };

  return (
    <AriaComboBox
      aria-label={hideLabel ? label : undefined}
      items={open}
      inputValue={text}
      onInputChange={setText}
      value={null}
      onChange={(key) => key !== null && void add(String(key))}
      menuTrigger="focus"
      allowsEmptyCollection={false}
      className={css("block min-w-0", className)}
    >
      {!hideLabel && <Label className={labelClass}>{label}</Label>}
      <div className="field-box flex min-h-8 flex-wrap items-center gap-1.5 px-1.5 py-1 focus-within:border-accent focus-within:ring-2 focus-within:ring-accent-soft max-sm:min-h-11">
        {value.map((id) => {
          const name = known.find((tag) => tag.id === id)?.name ?? `#${id}`;
          return <RemovableChip key={id} tone={tone} name={name} onRemove={() => remove(id)} />;
        })}
        <Input
          ref={input}
          placeholder={placeholder ?? t("Add a tag…")}
          className="h-5.5 min-w-20 flex-1 max-sm:h-9 bg-transparent px-1 outline-none placeholder:text-muted"
        />
      </div>
      {help && (
        <Text slot="description" className={helpClass}>
          {help}
        </Text>
      )}
      <Popover className="pop appear w-(--trigger-width) overflow-auto p-1">
        <ListBox className="max-h-72 overflow-auto outline-none">
          {(option: Choice) => <ChoiceItem {...option} />}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}

type ChipProps = { name: string; onRemove: () => void; tone?: "accent" | "plain" };

export function RemovableChip({ name, onRemove, tone = "plain" }: ChipProps) {
  return (
    <span
      className={css(
        "inline-flex h-5.5 items-center gap-1 rounded-chip ps-2 pe-1 text-cap max-sm:h-8 font-medium whitespace-nowrap",
        tone === "accent" ? "bg-accent-soft text-accent" : "bg-chip text-soft",
      )}
    >
      {name}
      {/* Of its own slot, so that a surrounding combo box does not take it for its arrow. */}
      <AriaButton
        slot={null}
        aria-label={t("Remove {name}", { name })}
        onPress={onRemove}
        className="touch grid size-4 place-items-center rounded-chip hover:bg-hover max-sm:size-6"
      >
        <X size={12} aria-hidden />
      </AriaButton>
    </span>
  );
}
