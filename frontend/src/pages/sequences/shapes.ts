/** The shapes of `/api/1/sequences`, by the names the pages use. */
import type { BlockDocument, Narrow, Page, Shapes } from "@/types";

export type SequenceRow = Shapes["SequenceRow"];
export type Sequence = Shapes["SequenceDetail"];
export type EmailRow = Shapes["SequenceEmailRow"];
export type Email = Narrow<
  Shapes["SequenceEmailDetail"],
  { body: Partial<BlockDocument> & { html?: string } }
>;
export type SavedEmail = Shapes["SequenceEmailSaved"];
export type Hint = Shapes["SequenceHint"];
export type Preview = Shapes["SequencePreviewOut"];
export type Standing = Shapes["SequencePerson"];
export type Standings = Page<Standing>;
export type Place = Standing["place"];
export type OfPerson = Shapes["SequenceOfPerson"];
