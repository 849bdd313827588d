import {
  FileText,
  House,
  Inbox,
  ListOrdered,
  Mail,
  Search as SearchIcon,
  Settings,
  Tag,
  Upload,
  User,
} from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import {
  Dialog as AriaDialog,
  Autocomplete,
  Input,
  ListBox,
  ListBoxItem,
  Modal,
  ModalOverlay,
  TextField,
} from "react-aria-components";
import { useGet } from "../data";
import { t } from "../i18n";
import type { Found } from "../types";
import { useGo } from "../ui/kit";

const icon = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;
const icons: Record<Found["kind"], ReactNode> = {
  subscriber: <User {...icon} />,
  tag: <Tag {...icon} />,
  form: <FileText {...icon} />,
  broadcast: <Mail {...icon} />,
  sequence: <ListOrdered {...icon} />,
  page: <House {...icon} />,
};

type Hit = { id: string; title: string; subtitle?: string; url: string; icon: ReactNode };

function places(): Hit[] {
  const all: [string, string, ReactNode][] = [
    [t("Home"), "/", <House key="home" {...icon} />],
    [t("Subscribers"), "/subscribers", <User key="people" {...icon} />],
    [t("Import people"), "/subscribers/import", <Upload key="import" {...icon} />],
    [t("Tags and custom fields"), "/tags", <Tag key="tags" {...icon} />],
    [t("Forms"), "/forms", <FileText key="forms" {...icon} />],
    [t("Broadcasts"), "/broadcasts", <Mail key="mail" {...icon} />],
    [t("Sequences"), "/sequences", <ListOrdered key="list" {...icon} />],
    [t("Test inbox"), "/inbox", <Inbox key="inbox" {...icon} />],
    [t("Settings"), "/settings", <Settings key="settings" {...icon} />],
  ];
  return all.map(([title, url, image]) => ({ id: `go-${url}`, title, url, icon: image }));
}

/** ⌘K: finds people, tags, forms, broadcasts, sequences and screens. */
export function SearchPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const go = useGo();
  useEffect(() => {
    const wait = setTimeout(() => setAsked(text.trim()), 150);
    return () => clearTimeout(wait);
  }, [text]);
  useEffect(() => {
    if (!open) setText("");
  }, [open]);
  const found = useGet<{ items: Found[] }>("/search", { q: asked }, { enabled: open && asked.length > 0 });
  const wanted = text.trim().toLowerCase();
  const hits: Hit[] = [
    ...places().filter((place) => place.title.toLowerCase().includes(wanted)),
    ...(wanted && asked
      ? (found.data?.items ?? [])
          .filter((item) => item.kind !== "page")
          .map((item) => ({
            id: `${item.kind}-${item.id}`,
            title: item.title,
            subtitle: item.subtitle,
            url: item.url.replace(/^\/app/, ""),
            icon: icons[item.kind],
          }))
      : []),
  ];
  return (
    <ModalOverlay
      isOpen={open}
      onOpenChange={(now) => !now && onClose()}
      isDismissable
      className="fixed inset-0 z-40 bg-scrim"
    >
      <div className="pointer-events-none fixed inset-0 flex justify-center px-3 pt-[12vh]">
        <Modal className="pop appear pointer-events-auto h-fit w-full max-w-xl overflow-hidden">
          <AriaDialog aria-label={t("Search")} className="outline-none">
            <Autocomplete inputValue={text} onInputChange={setText}>
              <TextField
                aria-label={t("Search or jump to")}
                autoFocus
                className="flex h-12 items-center gap-3 border-b px-4"
              >
                <SearchIcon size={18} strokeWidth={1.75} className="text-muted" aria-hidden />
                <Input
                  placeholder={t("Find people, tags, forms, broadcasts, sequences")}
                  className="h-full flex-1 bg-transparent text-body outline-none placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
                />
              </TextField>
              <ListBox
                aria-label={t("Found")}
                items={hits}
                className="max-h-96 overflow-auto p-1.5 outline-none"
                onAction={(key) => {
                  const hit = hits.find((each) => each.id === key);
                  if (!hit) return;
                  onClose();
                  go(hit.url);
                }}
                renderEmptyState={() => (
                  <p className="px-3 py-6 text-center text-muted">
                    {found.isFetching
                      ? t("Searching…")
                      : t("Nothing found. Try part of a name, an address or a subject.")}
                  </p>
                )}
              >
                {(hit) => (
                  <ListBoxItem
                    id={hit.id}
                    textValue={hit.title}
                    className="flex min-h-9 cursor-pointer items-center gap-3 rounded-control px-2.5 py-1 outline-none data-focused:bg-hover"
                  >
                    <span className="text-muted">{hit.icon}</span>
                    <span className="min-w-0 truncate font-medium">{hit.title}</span>
                    {hit.subtitle && <span className="min-w-0 truncate text-muted">{hit.subtitle}</span>}
                  </ListBoxItem>
                )}
              </ListBox>
            </Autocomplete>
          </AriaDialog>
        </Modal>
      </div>
    </ModalOverlay>
  );
}
