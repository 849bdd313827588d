import { Download, Plus, Upload } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useMay } from "@/data";
import { t } from "@/i18n";
import { Button, LinkButton, many, Page, useUrl } from "@/ui/kit";
import { AddSubscriber } from "./parts/add-subscriber";
import { Audience } from "./subscribers/audience";
import type { Filter } from "./subscribers/filter";
import { PeopleList } from "./subscribers/people-list";

export default function Subscribers() {
  const may = useMay();
  const [url] = useUrl<Filter>();
  const [adding, setAdding] = useState(false);
  const wanted = { state: url.state, tag: many(url.tag), q: url.q };
  return (
    <Page
      title={t("Subscribers")}
      lead={<span className="max-sm:hidden">{t("Everyone who has asked to hear from you.")}</span>}
      actions={
        <>
          {may.write && (
            <LinkButton to="/subscribers/import" icon={<Upload size={16} strokeWidth={1.75} aria-hidden />}>
              {t("Import")}
            </LinkButton>
          )}
          <LinkButton
            to={api.url("/subscribers/export.csv", wanted)}
            out
            download
            icon={<Download size={16} strokeWidth={1.75} aria-hidden />}
            className="max-sm:hidden"
          >
            {t("Export")}
          </LinkButton>
          {may.write && (
            <Button variant="primary" icon={<Plus size={16} aria-hidden />} onPress={() => setAdding(true)}>
              {t("Add subscriber")}
            </Button>
          )}
        </>
      }
    >
      <Audience />
      <PeopleList onAdd={() => setAdding(true)} />
      <AddSubscriber open={adding} onClose={() => setAdding(false)} />
    </Page>
  );
}
