import type { BlockDocument, Page } from "@/types";

/** The shapes of `/api/1/broadcasts` and `/api/1/inbox`. */
export type Audience = { include: { tags: number[] }; exclude: { tags: number[] } };
export type Words = { state: string; label: string; pause_reason: string; held: boolean };

export type BroadcastRow = Words & {
  id: number;
  subject: string;
  preview_text: string;
  rehearsed: boolean;
  audience_text: string;
  send_at: string | null;
  sent_at: string | null;
  created_at: string;
  updated_at: string;
  copy_of: number | null;
  progress: {
    planned: number;
    delivered: number;
    open: number;
    rate_per_s: number;
    position: number;
    done_at: string | null;
  } | null;
  report: {
    delivered: number;
    open_rate: number | null;
    click_rate: number | null;
    unsubscribed: number;
  } | null;
};
export type Tab = "drafts" | "scheduled" | "sending" | "sent";
export type Broadcasts = Page<BroadcastRow> & { counts: Record<Tab, number> };

export type Broadcast = Words & {
  id: number;
  subject: string;
  preview_text: string;
  body: Partial<BlockDocument> & { html?: string };
  audience: Audience;
  audience_text: string;
  audience_count: number;
  from_name: string;
  from_email: string;
  from_options: { name: string; email: string }[];
  held_before_expansion: boolean;
  rehearsed: boolean;
  revision: number;
  send_id: number | null;
  send_at: string | null;
  send_zone: string;
  send_wall: string;
  copy_of: number | null;
  identical_to: number | null;
  updated_at: string;
  started_at: string | null;
  sent_at: string | null;
  outlet: "inbox" | "smtp" | null;
};

export type Hint = { code: string; text: string };
export type SavedLetter = { revision: number; size_bytes: number; warnings: Hint[] };
export type Preview = { html: string; text: string; subject: string; size_bytes: number; warnings: Hint[] };

export type Terms = {
  planned: number;
  delivered: number;
  bounced: number;
  refused: number;
  uncertain: number;
  excluded: number;
  cancelled: number;
  deferred: number;
  open: number;
  balances: boolean;
};
export type Progress = Words &
  Terms & {
    rehearsed: boolean;
    rate_per_s: number;
    best_rate_per_s: number;
    position: number;
    done_at: string | null;
    started_at: string | null;
    log: { at: string; level: string; text: string; code: number | null; count: number }[];
    waiting: (Words & { id: number; subject: string; send_at: string | null; audience_text: string })[];
  };

export type Report = {
  ledger: Terms & { excluded_text: string; refused_text: string };
  opened_people: number;
  open_rate: number | null;
  clicked_people: number;
  click_rate: number | null;
  clicks: number;
  no_sign: number;
  machine_only: number;
  unsubscribed: number;
  started_at: string | null;
  finished_at: string | null;
  rehearsed: boolean;
  audience_text: string;
};
export type Point = { at: string; people: number; machines: number; clicked: number };
export type LinkRow = {
  no: number | null;
  label: string;
  url: string;
  people: number;
  clicks: number;
  machine_clicks: number;
};
export type Recipient = {
  subscriber_id: number;
  email: string;
  name: string;
  state: string;
  reason: string | null;
  code: number | null;
  text: string | null;
  at: string;
  mark: "delivered" | "opened" | "clicked" | "dropped" | null;
};

export type InboxRow = {
  id: number;
  to: string;
  subject: string;
  received_at: string;
  size_bytes: number;
  kind: string;
  account: string;
};
export type InboxMessage = InboxRow & {
  html: string | null;
  text: string | null;
  headers: [string, string][];
  source: string;
};
