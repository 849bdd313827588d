import { Download, Ellipsis, Plus, Upload } from "lucide-react";
import { useState } from "react";
import { api } from "@/api";
import { useMay } from "@/data";
import { t } from "@/i18n";
import { Button, LinkButton, MenuButton, MenuItem, many, Page, useGo, useUrl } from "@/ui/kit";
import { AddSubscriber } from "./parts/add-subscriber";
import { Audience } from "./subscribers/audience";
import type { Filter } from "./subscribers/filter";
import { PeopleList } from "./subscribers/people-list";

export default function Subscribers() {
  const may = useMay();
  const [url] = useUrl<Filter>();
  const [adding, setAdding] = useState(false);
  const go = useGo();
  const download = api.url("/subscribers/export.csv", { state: url.state, tag: many(url.tag), q: url.q });
  return (
    <Page
      title={t("Subscribers")}
      lead={<span className="max-sm:hidden">{t("Everyone who has asked to hear from you.")}</span>}
      actions={
        <>
          {may.write && (
            <LinkButton
              to="/subscribers/import"
              icon={<Upload size={16} strokeWidth={1.75} aria-hidden />}
              className="max-sm:hidden"
            >
              {t("Import")}
            </LinkButton>
          )}
          <LinkButton
            to={download}
            out
            download
            icon={<Download size={16} strokeWidth={1.75} aria-hidden />}
            className="max-sm:hidden"
          >
            {t("Export")}
          </LinkButton>
          <MenuButton
            label={t("More")}
            variant="plain"
            className="sm:hidden"
            icon={<Ellipsis size={16} strokeWidth={1.75} aria-hidden />}
          >
            {may.write && (
              <MenuItem onAction={() => go("/subscribers/import")}>{t("Import a file")}</MenuItem>
            )}
            <MenuItem onAction={() => location.assign(download)}>{t("Export these people")}</MenuItem>
          </MenuButton>
          {may.write && (
            <Button variant="primary" icon={<Plus size={16} aria-hidden />} onPress={() => setAdding(true)}>
              <span className="sm:hidden">{t("Add")}</span>
              <span className="max-sm:hidden">{t("Add subscriber")}</span>
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
