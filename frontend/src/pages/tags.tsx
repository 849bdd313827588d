import { Plus } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useMay, useRefresh } from "@/data";
import { t } from "@/i18n";
import { Button, FormDialog, Page, TabLinks, toast, useUrl } from "@/ui/kit";
import { fieldKind, tagKind } from "./tags/kinds";
import { NamedList } from "./tags/named-list";

type Naming = { id?: number; name: string };

export default function Tags() {
  const may = useMay();
  const [url] = useUrl<{ tab: string }>();
  const fields = url.tab === "fields";
  const [naming, setNaming] = useState<Naming | null>(null);
  return (
    <Page
      title={t("Tags and custom fields")}
      heading={<h1>{fields ? t("Custom fields") : t("Tags")}</h1>}
      lead={
        fields
          ? t("What you know about each person, beyond the name.")
          : t("Words that sort people, for your letters to find them.")
      }
      actions={
        may.write && (
          <Button
            variant="primary"
            icon={<Plus size={16} aria-hidden />}
            onPress={() => setNaming({ name: "" })}
          >
            {fields ? t("New field") : t("New tag")}
          </Button>
        )
      }
    >
      <TabLinks
        label={t("Kind")}
        current={fields ? "fields" : "tags"}
        tabs={[
          { id: "tags", label: t("Tags"), to: "/tags" },
          { id: "fields", label: t("Custom fields"), to: "/tags", search: { tab: "fields" } },
        ]}
      />
      {fields ? (
        <NamedList key="fields" kind={fieldKind()} onName={setNaming} />
      ) : (
        <NamedList key="tags" kind={tagKind()} onName={setNaming} />
      )}
      {naming && <NameDialog fields={fields} naming={naming} onClose={() => setNaming(null)} />}
    </Page>
  );
}

function NameDialog({ fields, naming, onClose }: { fields: boolean; naming: Naming; onClose: () => void }) {
  const refresh = useRefresh();
  const path = fields ? "/custom_fields" : "/tags";
  const key = fields ? "label" : "name";
  const title = naming.id
    ? t("Rename {name}", { name: naming.name })
    : fields
      ? t("New custom field")
      : t("New tag");
  const lead = naming.id
    ? fields
      ? t("People keep their values. The old key still works in letters and in the API.")
      : t("People keep the tag; forms and letters that use it follow the new name.")
    : fields
      ? t("Every person gets this field, empty at first.")
      : undefined;
  const save = async (values: Record<string, string | boolean>) => {
    const body = { [key]: values[key] };
    await (naming.id ? api.patch(`${path}/${naming.id}`, body) : api.post(path, body));
    await refresh(path, "/subscribers", "/forms");
    toast(
      naming.id
        ? t("Renamed to {name}.", { name: String(values[key]) })
        : t("{name} is there.", { name: String(values[key]) }),
    );
  };
  return (
    <FormDialog
      title={title}
      lead={lead}
      open
      onClose={onClose}
      verb={naming.id ? t("Rename") : fields ? t("Make the field") : t("Make the tag")}
      fields={[
        { name: key, label: t("Name"), required: true, placeholder: fields ? t("City") : t("Newsletter") },
      ]}
      values={naming.id ? { [key]: naming.name } : undefined}
      save={save}
    />
  );
}
