import { Plus } from "lucide-react";
import { api } from "@/api";
import { useAct } from "@/data";
import { t } from "@/i18n";
import { Button, useGo } from "@/ui/kit";

/** Makes an empty draft and opens it; with a label of its own it stands beside the screen's one primary button. */
export function NewBroadcast({ label }: { label?: string }) {
  const go = useGo();
  const make = useAct(
    () => api.post<{ id: number }>("/broadcasts", {}),
    ["/broadcasts", "/home"],
    (draft) => go(`/broadcasts/${draft.id}/edit`),
  );
  return (
    <Button
      variant={label ? "plain" : "primary"}
      icon={<Plus size={16} aria-hidden />}
      busy={make.isPending}
      onPress={() => make.mutate()}
    >
      {label ?? t("New broadcast")}
    </Button>
  );
}
