/**
 * The shapes of `/api/1` that the screens read. They come from the server's own description of itself
 * (`api.gen.ts`, made by `npm run gen`); written here are only names, and words where the server says "a string".
 * Times are ISO 8601 in UTC, ids are whole numbers.
 */
import type { components } from "./api.gen";
import type { MarkKind, PersonState } from "./ui/kit";

/** Every shape the server names. */
export type Shapes = components["schemas"];
/** A shape with some of its members known more closely; a member that the server dropped is an error here. */
export type Narrow<
  Shape,
  Known extends { [Key in keyof Known]: Key extends keyof Shape ? unknown : never },
> = Omit<Shape, keyof Known> & Known;

export type Page<T> = { items: T[]; total: number; page: number; per_page: number };
export type Role = "owner" | "admin" | "editor" | "viewer";

export type Session = Narrow<
  Shapes["SessionOut"],
  {
    account: Narrow<Shapes["SessionAccount"], { role: Role }>;
    accounts: Narrow<Shapes["AccountChoice"], { role: Role }>[];
    outlet: { kind: "inbox" | "smtp" };
  }
>;

export type Found = Narrow<
  Shapes["Found"],
  { kind: "subscriber" | "tag" | "form" | "broadcast" | "sequence" | "page" }
>;

export type GrowthDay = Omit<Shapes["Day"], "total"> & { total?: number };
export type Growth = Narrow<Shapes["GrowthOut"], { days: GrowthDay[] }>;
export type Home = Narrow<Shapes["HomeOut"], { growth: Growth & { active: number } }>;

export type Named = Shapes["NamedTag"];
export type Person = Narrow<Shapes["PersonRow"], { state: PersonState; marks: MarkKind[] }>;
export type People = Page<Person> & { counts: Record<"all" | PersonState, number> };

export type Consent = Shapes["ConsentOut"] & Record<string, string | number | null>;
export type Profile = Narrow<Shapes["PersonOut"], { state: PersonState }>;
export type PersonEmail = Narrow<Shapes["EmailOut"], { mark: MarkKind }>;
export type Change = Shapes["ChangeOut"];

export type Tag = Shapes["TagOut"];
export type CustomField = Shapes["FieldOut"];

export type FormField = { key: string; label: string; required: boolean };
export type FormRow = Shapes["FormRow"];
export type BlockDocument = { v: number; doc: BlockNode };
export type BlockNode = {
  type: string;
  attrs?: Record<string, unknown>;
  content?: BlockNode[];
  text?: string;
  marks?: unknown[];
};
export type FormDetail = Narrow<
  Shapes["FormDetail"],
  {
    fields: FormField[];
    success_action: "message" | "redirect";
    incentive_body: BlockDocument | Record<string, never>;
  }
>;

export type Account = Shapes["AccountOut"];
export type Keys = Shapes["KeysOut"];
export type Token = Shapes["TokenOut"];
export type Member = Narrow<Shapes["MemberOut"], { role: Role }>;
export type Invitation = Narrow<Shapes["InvitationOut"], { role: Role }>;
export type Team = { members: Member[]; invitations: Invitation[] };
export type SendingState = Shapes["SendingOut"];
export type SignedIn = Shapes["SessionRow"];
export type SecurityState = Shapes["SecurityOut"];
