/** The shapes of `/api/1/broadcasts` and `/api/1/inbox`, by the names the pages use. */
import type { BlockDocument, Narrow, Page, Shapes } from "@/types";
import type { MarkKind } from "@/ui/kit";

export type Audience = Shapes["BroadcastOut"]["audience"];
export type Words = Pick<Shapes["BroadcastOut"], "state" | "label" | "pause_reason" | "held">;

export type BroadcastRow = Shapes["BroadcastItemOut"];
export type Tab = "drafts" | "scheduled" | "sending" | "sent";
export type Broadcasts = Page<BroadcastRow> & { counts: Record<Tab, number> };
export type Broadcast = Narrow<
  Shapes["BroadcastOut"],
  { body: Partial<BlockDocument> & { html?: string }; from_options: { name: string; email: string }[] }
>;

export type Hint = Shapes["HintOut"];
export type SavedLetter = Shapes["SavedOut"];
export type Preview = Shapes["LetterPreviewOut"];

export type Progress = Shapes["ProgressOut"];
export type Queue = Shapes["QueueOut"];
export type Site = Shapes["SiteOut"];
export type Report = Shapes["ReportOut"];
export type Terms = Omit<Report["ledger"], "excluded_text" | "refused_text">;
export type Point = Shapes["PointOut"];
export type LinkRow = Shapes["LinkOut"];
export type Recipient = Narrow<Shapes["RecipientOut"], { mark: MarkKind | null }>;

export type InboxRow = Shapes["InboxItemOut"];
export type InboxMessage = Narrow<Shapes["InboxLetterOut"], { headers: [string, string][] }>;
