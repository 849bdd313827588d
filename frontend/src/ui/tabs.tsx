import type { ReactNode } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { number } from "../i18n";
import { Hint } from "./button";
import { css } from "./css";
import { A, type Search } from "./link";

export type TabItem = { id: string; label: string; count?: number; to: string; search?: Search };

/** Tabs are links: each has its address. */
export function TabLinks({
  label,
  tabs,
  current,
  aside,
  inCard,
}: {
  label: string;
  tabs: TabItem[];
  current: string;
  aside?: ReactNode;
  inCard?: boolean;
}) {
  return (
    <nav
      aria-label={label}
      className={css(
        "relative flex items-stretch gap-5 overflow-x-auto border-b whitespace-nowrap",
        inCard ? "h-11 px-4" : "mb-4 h-9 max-sm:h-11.5 lg:-mt-2",
      )}
    >
      {tabs.map((tab) => {
        const on = tab.id === current;
        return (
          <A
            key={tab.id}
            to={tab.to}
            search={tab.search}
            aria-current={on ? "page" : undefined}
            className={css(
              "flex items-center gap-1 border-b-2 font-medium",
              on ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink",
            )}
          >
            {tab.label}
            {tab.count !== undefined && <span className="font-normal tabular-nums">{number(tab.count)}</span>}
          </A>
        );
      })}
      {aside && <span className="ms-auto flex items-center">{aside}</span>}
    </nav>
  );
}

/** Filter words above a list, one of them on: "All 12,431  Confirmed 10,982". */
export function StateTabs({ label, tabs, current }: { label: string; tabs: TabItem[]; current: string }) {
  return (
    <nav aria-label={label} className="relative flex min-w-0 gap-1 overflow-x-auto whitespace-nowrap">
      {tabs.map((tab) => {
        const on = tab.id === current;
        return (
          <A
            key={tab.id}
            to={tab.to}
            search={tab.search}
            aria-current={on ? "page" : undefined}
            className={css(
              "flex h-8 items-center gap-1 rounded-control px-2.5 font-medium max-sm:h-11",
              on ? "bg-picked text-ink" : "text-soft hover:bg-hover",
            )}
          >
            {tab.label}
            {tab.count !== undefined && (
              <span className={css("font-normal tabular-nums", on && "text-muted")}>{number(tab.count)}</span>
            )}
          </A>
        );
      })}
    </nav>
  );
}

export type Segment = { id: string; label: string; icon?: ReactNode; iconOnly?: boolean };
type SegmentedProps = {
  label: string;
  segments: Segment[];
  value: string;
  onChange: (id: string) => void;
  wide?: boolean;
};

/** A few exclusive views, switched in place. */
export function Segmented({ label, segments, value, onChange, wide }: SegmentedProps) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [first] = keys;
        if (first !== undefined) onChange(String(first));
      }}
      className={css("rounded-[9px] border bg-sunken p-0.5", wide ? "flex" : "inline-flex")}
    >
      {segments.map((segment) => {
        const button = (
          <ToggleButton
            key={segment.id}
            id={segment.id}
            aria-label={segment.iconOnly ? segment.label : undefined}
            className={css(
              "flex h-6.5 max-sm:h-11 items-center justify-center gap-1.75 rounded-[7px] px-2.5 text-label font-medium whitespace-nowrap text-soft data-hovered:text-ink data-selected:bg-surface data-selected:text-ink data-selected:shadow-knob",
              wide && "flex-1",
            )}
          >
            {segment.icon}
            {!segment.iconOnly && segment.label}
          </ToggleButton>
        );
        return segment.iconOnly ? (
          <Hint key={segment.id} label={segment.label}>
            {button}
          </Hint>
        ) : (
          button
        );
      })}
    </ToggleButtonGroup>
  );
}
