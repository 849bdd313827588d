/** The shapes of `/api/1` that the screens read. Times are ISO 8601 in UTC, ids are whole numbers. */
import type { MarkKind, PersonState } from "./ui/kit";

export type Page<T> = { items: T[]; total: number; page: number; per_page: number };
export type Role = "owner" | "admin" | "editor" | "viewer";

export type Session = {
  user: { id: number; name: string; email: string; runs_installation: boolean };
  account: {
    id: number;
    name: string;
    time_zone: string;
    is_demo: boolean;
    role: Role;
    from_name: string;
    from_email: string;
    postal_address: string;
  };
  accounts: { id: number; name: string; role: Role; is_demo: boolean }[];
  csrf_token: string;
  version: string;
  outlet: { kind: "inbox" | "smtp" };
  counts: { subscribers_active: number; inbox: number };
};

export type Found = {
  kind: "subscriber" | "tag" | "form" | "broadcast" | "page";
  id: number | string;
  title: string;
  subtitle: string;
  url: string;
};

export type GrowthDay = { day: string; joined: number; left: number; top_source?: string; total?: number };
export type Growth = {
  days: GrowthDay[];
  joined: number;
  left: number;
  net: number;
  joined_before: number;
  left_before: number;
};

export type Home = {
  status: { level: "ok" | "warn" | "alarm"; text: string; detail: string };
  growth: Growth & { active: number };
  needs: {
    key: string;
    level: string;
    icon: string;
    title: string;
    body: string;
    action_label: string;
    action_url: string;
  }[];
  broadcasts: {
    id: number;
    subject: string;
    sent_at: string;
    audience_text: string;
    delivered: number;
    opened_people: number;
    open_rate: number | null;
    click_rate: number | null;
    unsubscribed: number;
    rehearsed: boolean;
  }[];
  next: { kind: string; id: number; title: string; at: string | null; count: number | null; state: string }[];
  checklist: { key: string; title: string; done: boolean; url: string }[];
};

export type Named = { id: number; name: string };
export type Person = {
  id: number;
  email: string;
  first_name: string | null;
  state: PersonState;
  tags: Named[];
  marks: MarkKind[];
  source: string;
  created_at: string;
};
export type People = Page<Person> & { counts: Record<"all" | PersonState, number> };

export type Consent = Record<string, string | number | boolean | null>;
export type Profile = Omit<Person, "marks"> & {
  fields: Record<string, string>;
  field_list: { id: number; key: string; label: string; value: string | null }[];
  forms: { id: number; name: string; state: string; at: string }[];
  stats: {
    sent: number;
    delivered: number;
    opened: number;
    clicked: number;
    last_sent_at: string | null;
    last_clicked_at: string | null;
  };
  consent: Consent[];
  confirmed_at: string | null;
  cancelled_at: string | null;
};
export type PersonEmail = {
  send_id: number;
  broadcast_id: number | null;
  kind: string;
  subject: string;
  mark: MarkKind;
  text: string;
  at: string;
};
export type Change = { id: number; kind: string; title: string; detail: string; at: string; cause?: unknown };

export type Tag = { id: number; name: string; subscribers: number; created_at: string };
export type CustomField = { id: number; label: string; key: string; aliases: string[]; people: number };

export type FormField = { key: string; label: string; required: boolean };
export type FormRow = {
  id: number;
  uid: string;
  name: string;
  format: string | null;
  archived: boolean;
  subscribers: number;
  visitors_30d: number;
  conversion: number | null;
  created_at: string;
};
export type BlockDocument = { v: number; doc: BlockNode };
export type BlockNode = {
  type: string;
  attrs?: Record<string, unknown>;
  content?: BlockNode[];
  text?: string;
  marks?: unknown[];
};
export type FormDetail = {
  id: number;
  uid: string;
  name: string;
  format: string | null;
  heading: string;
  description: string;
  button_text: string;
  note: string;
  fields: FormField[];
  success_action: "message" | "redirect";
  success_message: string;
  redirect_url: string;
  incentive_enabled: boolean;
  incentive_subject: string;
  incentive_body: BlockDocument | Record<string, never>;
  incentive_redirect_url: string;
  auto_confirm: boolean;
  tag_ids: number[];
  tags: Named[];
  embed: { script: string; html: string; link: string };
  stats: { visitors_30d: number; subscribers: number; conversion: number | null };
  archived_at: string | null;
};

export type Account = {
  name: string;
  time_zone: string;
  postal_address: string;
  from_name: string;
  from_email: string;
  reply_to: string;
};
export type Keys = { api_key: string; secret_hint: string; previous_valid_until: string | null };
export type Token = {
  id: number;
  name: string;
  hint: string;
  created_at: string;
  last_used_at: string | null;
};
export type Member = {
  id: number;
  name: string;
  email: string;
  role: Role;
  is_you: boolean;
  joined_at: string;
  last_seen_at: string | null;
};
export type Invitation = { id: number; email: string; role: Role; created_at: string; expires_at: string };
export type Team = { members: Member[]; invitations: Invitation[] };
export type SendingState = {
  kind: "inbox" | "smtp";
  host: string;
  from: string;
  ok: boolean;
  last_error: string;
  senders: number;
  by_setting: boolean;
  may_change: boolean;
};
export type SignedIn = {
  id: number;
  user_agent: string;
  ip: string;
  created_at: string;
  last_seen_at: string;
  is_current: boolean;
};
export type SecurityState = {
  has_totp: boolean;
  passkeys: number;
  recovery_codes: boolean;
  sessions: SignedIn[];
};
