import { Upload } from "lucide-react";
import type { ReactNode } from "react";
import { DropZone, FileTrigger, Text } from "react-aria-components";
import { Button } from "./button";

type Props = {
  label: string;
  verb: string;
  accept: string[];
  busy?: boolean;
  onFile: (file: File) => void;
  children?: ReactNode;
};

/** A place to drop a file on, with a button that opens the file dialog. */
export function FileDrop({ label, verb, accept, busy, onFile, children }: Props) {
  return (
    <DropZone
      className="flex flex-col items-center gap-3 rounded-card border border-dashed border-field bg-surface px-6 py-12 text-center data-drop-target:border-accent data-drop-target:bg-accent-soft"
      onDrop={async (event) => {
        const item = event.items.find((each) => each.kind === "file");
        if (item?.kind === "file") onFile(await item.getFile());
      }}
    >
      <span className="grid size-10 place-items-center rounded-card bg-sunken text-soft">
        <Upload size={20} aria-hidden />
      </span>
      <Text slot="label" className="font-serif text-heading font-medium">
        {label}
      </Text>
      {children && <div className="max-w-md text-muted">{children}</div>}
      <FileButton verb={verb} accept={accept} busy={busy} onFile={onFile} variant="primary" />
    </DropZone>
  );
}

type FileButtonProps = Pick<Props, "verb" | "accept" | "busy" | "onFile"> & {
  variant?: "primary" | "plain";
  size?: "s" | "m";
  icon?: ReactNode;
};

export function FileButton({ verb, accept, busy, onFile, variant = "plain", size, icon }: FileButtonProps) {
  return (
    <FileTrigger
      acceptedFileTypes={accept}
      onSelect={(files) => {
        const file = files?.item(0);
        if (file) onFile(file);
      }}
    >
      <Button variant={variant} size={size} busy={busy} icon={icon}>
        {verb}
      </Button>
    </FileTrigger>
  );
}
