import { Plus } from "lucide-react";
import { useRef } from "react";
import { api } from "@/api";
import { useAct } from "@/data";
import { t } from "@/i18n";
import { Button, useGo } from "@/ui/kit";

/** Makes an empty draft and opens it; with a label of its own it stands beside the screen's one primary button. */
export function NewBroadcast({ label }: { label?: string }) {
  const go = useGo();
  // The second press of a double click comes before the first has shown itself; one draft is meant.
  const pressed = useRef(false);
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
      onPress={() => {
        if (pressed.current) return;
        pressed.current = true;
        make.mutate(undefined, {
          onError: () => {
            pressed.current = false;
          },
        });
      }}
    >
      {label ?? t("New broadcast")}
    </Button>
  );
}
