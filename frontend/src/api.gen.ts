// Made by `npm run gen` from what the server says of /api/1; do not edit.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Paging
         * @description Which part of a list.
         */
        Paging: {
            /**
             * Page
             * @description Page, from 1.
             * @default 1
             */
            page: number;
            /**
             * Per Page
             * @description Items a page, at most 200.
             * @default 50
             */
            per_page: number;
        };
        /** Listing[TagOut] */
        Listing_TagOut_: {
            /** Items */
            items: components["schemas"]["TagOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * TagOut
         * @description `subscribers` counts people in every state.
         */
        TagOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Subscribers */
            subscribers: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** TagIn */
        TagIn: {
            /** Name */
            name: string;
        };
        /**
         * TagGone
         * @description `changed`: people who had it. `undo_token` goes to POST undo.
         */
        TagGone: {
            /** Changed */
            changed: number;
            /** Undo Token */
            undo_token: string;
        };
        /** ListQuery */
        ListQuery: {
            /**
             * State
             * @default
             */
            state: ("active" | "inactive" | "cancelled" | "bounced" | "complained") | ("" | "all");
            /**
             * Tag
             * @default []
             */
            tag: number[];
            /**
             * Q
             * @default
             */
            q: string;
            /**
             * Sort
             * @default -created_at
             * @enum {string}
             */
            sort: "created_at" | "-created_at" | "email" | "-email";
        };
        /**
         * Counts
         * @description People by state, in the whole account.
         */
        Counts: {
            /** All */
            all: number;
            /** Active */
            active: number;
            /** Inactive */
            inactive: number;
            /** Cancelled */
            cancelled: number;
            /** Bounced */
            bounced: number;
            /** Complained */
            complained: number;
        };
        /** NamedTag */
        NamedTag: {
            /** Id */
            id: number;
            /** Name */
            name: string;
        };
        /** PeopleOut */
        PeopleOut: {
            /** Items */
            items: components["schemas"]["PersonRow"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
            counts: components["schemas"]["Counts"];
        };
        /**
         * PersonRow
         * @description `marks`: what became of the last five messages, newest last.
         */
        PersonRow: {
            /** Id */
            id: number;
            /** Email */
            email: string;
            /** First Name */
            first_name: string | null;
            /** State */
            state: string;
            /** Tags */
            tags: components["schemas"]["NamedTag"][];
            /** Marks */
            marks: string[];
            /** Source */
            source: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** ConsentOut */
        ConsentOut: {
            /** Id */
            id: number;
            /** Form Id */
            form_id: number | null;
            /** Wording */
            wording: string;
            /** Wording At */
            wording_at: string | null;
            /**
             * Asked At
             * Format: date-time
             */
            asked_at: string;
            /** Ip */
            ip: string | null;
            /** User Agent */
            user_agent: string;
            /** Page */
            page: string;
            /** Confirmed At */
            confirmed_at: string | null;
            /** Confirmed Ip */
            confirmed_ip: string | null;
        };
        /** FieldValue */
        FieldValue: {
            /** Id */
            id: number;
            /** Key */
            key: string;
            /** Label */
            label: string;
            /** Value */
            value: string | null;
        };
        /** FormPlace */
        FormPlace: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** State */
            state: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /** MailStats */
        MailStats: {
            /** Sent */
            sent: number;
            /** Delivered */
            delivered: number;
            /** Opened */
            opened: number;
            /** Clicked */
            clicked: number;
            /** Last Sent At */
            last_sent_at: string | null;
            /** Last Clicked At */
            last_clicked_at: string | null;
        };
        /** PersonOut */
        PersonOut: {
            /** Id */
            id: number;
            /** Email */
            email: string;
            /** First Name */
            first_name: string | null;
            /** State */
            state: string;
            /** Source */
            source: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Confirmed At */
            confirmed_at: string | null;
            /** Cancelled At */
            cancelled_at: string | null;
            /** Fields */
            fields: {
                [key: string]: string;
            };
            /** Field List */
            field_list: components["schemas"]["FieldValue"][];
            /** Tags */
            tags: components["schemas"]["NamedTag"][];
            /** Forms */
            forms: components["schemas"]["FormPlace"][];
            stats: components["schemas"]["MailStats"];
            /** Consent */
            consent: components["schemas"]["ConsentOut"][];
        };
        /**
         * PersonIn
         * @description `fields` by key; `tags` are ids or names, names that do not exist are made.
         */
        PersonIn: {
            /** Email */
            email: string;
            /** First Name */
            first_name?: string | null;
            /**
             * Tags
             * @default []
             */
            tags: (number | string)[];
            /**
             * Fields
             * @default {}
             */
            fields: {
                [key: string]: string | null;
            };
        };
        /**
         * PersonPatch
         * @description What is left out stays; an empty text clears.
         */
        PersonPatch: {
            /** Email */
            email?: string | null;
            /** First Name */
            first_name?: string | null;
            /**
             * Fields
             * @default {}
             */
            fields: {
                [key: string]: string | null;
            };
        };
        /** TagsIn */
        TagsIn: {
            /**
             * Ids
             * @default []
             */
            ids: number[];
            /**
             * Names
             * @default []
             */
            names: string[];
        };
        /** ChangeCause */
        ChangeCause: {
            /** Kind */
            kind: string;
            /** Id */
            id: number | null;
        };
        /** ChangeOut */
        ChangeOut: {
            /** Id */
            id: number;
            /** Kind */
            kind: string;
            /** Title */
            title: string;
            /** Detail */
            detail: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            cause: components["schemas"]["ChangeCause"];
        };
        /** Listing[ChangeOut] */
        Listing_ChangeOut_: {
            /** Items */
            items: components["schemas"]["ChangeOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * ActOut
         * @description `undo_token` goes to POST undo; null where nothing can be taken back (deleting).
         */
        ActOut: {
            /** Changed */
            changed: number;
            /** Undo Token */
            undo_token?: string | null;
        };
        /**
         * ActIn
         * @description Either `ids` or `filter`; `tag_id` with tag and untag.
         */
        ActIn: {
            /**
             * Act
             * @enum {string}
             */
            act: "tag" | "untag" | "unsubscribe" | "delete";
            /** Ids */
            ids?: number[] | null;
            filter?: components["schemas"]["Filter"] | null;
            /** Tag Id */
            tag_id?: number | null;
        };
        /**
         * Filter
         * @description Which people; all of the tags, and the text in address or first name.
         */
        Filter: {
            /**
             * State
             * @default
             */
            state: ("active" | "inactive" | "cancelled" | "bounced" | "complained") | ("" | "all");
            /**
             * Tag
             * @default []
             */
            tag: number[];
            /**
             * Q
             * @default
             */
            q: string;
        };
        /**
         * UndoOut
         * @description `changed`: people who were touched.
         */
        UndoOut: {
            /** Changed */
            changed: number;
        };
        /** UndoIn */
        UndoIn: {
            /** Token */
            token: string;
        };
        /** EmailOut */
        EmailOut: {
            /** Send Id */
            send_id: number;
            /** Broadcast Id */
            broadcast_id: number | null;
            /** Kind */
            kind: string;
            /** Subject */
            subject: string;
            /** Mark */
            mark: string;
            /** Text */
            text: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Nth */
            nth: number;
        };
        /** EmailsOut */
        EmailsOut: {
            /** Items */
            items: components["schemas"]["EmailOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
            /** Counts */
            counts: {
                [key: string]: number;
            };
        };
        /**
         * EmailAnswer
         * @description A try that was no plain yes, in the receiving server's words.
         */
        EmailAnswer: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Stage */
            stage: string;
            /** Code */
            code: number | null;
            /** Text */
            text: string;
        };
        /** EmailLink */
        EmailLink: {
            /** Url */
            url: string;
            /** Clicks */
            clicks: number;
            /** Machine Clicks */
            machine_clicks: number;
        };
        /** EmailSign */
        EmailSign: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "open" | "click";
            /** Is Machine */
            is_machine: boolean;
            /** Url */
            url: string;
            /** User Agent */
            user_agent: string;
        };
        /**
         * OneEmailOut
         * @description One message to one person in full. `signs` are kept as long as hits are.
         */
        OneEmailOut: {
            /** State */
            state: string;
            /** Reason */
            reason: string;
            /** Code */
            code: number | null;
            /** Attempts */
            attempts: number;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Opens */
            opens: number;
            /** Machine Opens */
            machine_opens: number;
            /** First Open At */
            first_open_at: string | null;
            /** Last Open At */
            last_open_at: string | null;
            /** Unsubscribed At */
            unsubscribed_at: string | null;
            /** Answers */
            answers: components["schemas"]["EmailAnswer"][];
            /** Signs */
            signs: components["schemas"]["EmailSign"][];
            /** Links */
            links: components["schemas"]["EmailLink"][];
        };
        /** SearchQuery */
        SearchQuery: {
            /**
             * Q
             * @default
             */
            q: string;
        };
        /** Found */
        Found: {
            /** Kind */
            kind: string;
            /** Id */
            id: number | string;
            /** Title */
            title: string;
            /** Subtitle */
            subtitle: string;
            /** Url */
            url: string;
        };
        /** Results */
        Results: {
            /** Items */
            items: components["schemas"]["Found"][];
        };
        /** GrowthQuery */
        GrowthQuery: {
            /**
             * Days
             * @default 60
             */
            days: number;
        };
        /**
         * Day
         * @description `joined` became active, `left` ceased to be; `total` is at the day's end.
         */
        Day: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Total */
            total: number;
            /** Joined */
            joined: number;
            /** Left */
            left: number;
            /** Top Source */
            top_source?: string | null;
        };
        /**
         * GrowthOut
         * @description Sums of the days, and of as many days before.
         */
        GrowthOut: {
            /** Days */
            days: components["schemas"]["Day"][];
            /** Joined */
            joined: number;
            /** Left */
            left: number;
            /** Net */
            net: number;
            /** Joined Before */
            joined_before: number;
            /** Left Before */
            left_before: number;
        };
        /** HomeQuery */
        HomeQuery: {
            /**
             * Range
             * @default 30
             * @enum {integer}
             */
            range: 30 | 90 | 365;
        };
        /** GrowthNow */
        GrowthNow: {
            /** Days */
            days: components["schemas"]["Day"][];
            /** Active */
            active: number;
            /** Joined */
            joined: number;
            /** Left */
            left: number;
            /** Net */
            net: number;
            /** Joined Before */
            joined_before: number;
            /** Left Before */
            left_before: number;
        };
        /** HomeOut */
        HomeOut: {
            status: components["schemas"]["Status"];
            growth: components["schemas"]["GrowthNow"];
            /** Needs */
            needs: components["schemas"]["Need"][];
            /** Broadcasts */
            broadcasts: components["schemas"]["LastBroadcast"][];
            /** Next */
            next: components["schemas"]["Next"][];
            /** Checklist */
            checklist: components["schemas"]["Step"][];
        };
        /**
         * LastBroadcast
         * @description Rates are shares from 0 to 1.
         */
        LastBroadcast: {
            /** Id */
            id: number;
            /** Subject */
            subject: string;
            /**
             * Sent At
             * Format: date-time
             */
            sent_at: string;
            /** Audience Text */
            audience_text: string;
            /** Delivered */
            delivered: number;
            /** Opened People */
            opened_people: number;
            /** Open Rate */
            open_rate: number | null;
            /** Click Rate */
            click_rate: number | null;
            /** Unsubscribed */
            unsubscribed: number;
            /** Rehearsed */
            rehearsed: boolean;
        };
        /** Need */
        Need: {
            /** Key */
            key: string;
            /** Level */
            level: string;
            /** Icon */
            icon: string;
            /** Title */
            title: string;
            /** Body */
            body: string;
            /** Action Label */
            action_label: string;
            /** Action Url */
            action_url: string;
        };
        /** Next */
        Next: {
            /** Kind */
            kind: string;
            /** Id */
            id: number;
            /** Title */
            title: string;
            /** At */
            at: string | null;
            /** Count */
            count: number | null;
            /** State */
            state: string;
        };
        /** Status */
        Status: {
            /**
             * Level
             * @enum {string}
             */
            level: "ok" | "warn" | "alarm";
            /** Text */
            text: string;
            /** Detail */
            detail: string;
        };
        /** Step */
        Step: {
            /** Key */
            key: string;
            /** Title */
            title: string;
            /** Done */
            done: boolean;
            /** Url */
            url: string;
        };
        /**
         * Column
         * @description `guess`: email, first_name, tags, skip, {"field": id} or {"new_field": label}.
         */
        Column: {
            /** Header */
            header: string;
            /** Samples */
            samples: string[];
            /** Guess */
            guess: unknown;
        };
        /** ImportOut */
        ImportOut: {
            /** Id */
            id: number;
            /** State */
            state: string;
            /** File Name */
            file_name: string;
            /** Encoding */
            encoding: string;
            /** Delimiter */
            delimiter: string;
            /** Size Bytes */
            size_bytes: number;
            /** Total Rows */
            total_rows: number;
            /** Columns */
            columns: components["schemas"]["Column"][];
            /** Mapping */
            mapping: components["schemas"]["Mapped"][];
            /** Add Tags */
            add_tags: number[];
            /** New State */
            new_state: string;
            /** Source */
            source: string;
            /** Cursor */
            cursor: number;
            /** Created Count */
            created_count: number;
            /** Changed Count */
            changed_count: number;
            /** Unchanged Count */
            unchanged_count: number;
            /** Left Count */
            left_count: number;
            /** Refused Count */
            refused_count: number;
            /** Error */
            error: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Started At */
            started_at: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Undo Token */
            undo_token?: string | null;
        };
        /**
         * Mapped
         * @description Where a column goes and what happens to people who exist: fill, overwrite, overwrite_blank, keep.
         */
        Mapped: {
            /** To */
            to: unknown;
            /**
             * Policy
             * @default fill
             */
            policy: string;
        };
        /** Listing[ImportOut] */
        Listing_ImportOut_: {
            /** Items */
            items: components["schemas"]["ImportOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * ImportPatch
         * @description What is left out stays.
         */
        ImportPatch: {
            /** Mapping */
            mapping?: components["schemas"]["Mapped"][] | null;
            /** Add Tags */
            add_tags?: number[] | null;
            /** New State */
            new_state?: string | null;
            /** Source */
            source?: string | null;
        };
        /**
         * CheckOut
         * @description created + changed + unchanged + left + refused = rows of the file.
         */
        CheckOut: {
            /** Created */
            created: number;
            /** Changed */
            changed: number;
            /** Unchanged */
            unchanged: number;
            left: components["schemas"]["Left"];
            /** Refused */
            refused: number;
            /** Reasons */
            reasons: components["schemas"]["Reason"][];
            /** Changes */
            changes: components["schemas"]["SampleChange"][];
            /** Notes */
            notes: string[];
        };
        /** Left */
        Left: {
            /** Cancelled */
            cancelled: number;
            /** Bounced */
            bounced: number;
            /** Complained */
            complained: number;
        };
        /** Reason */
        Reason: {
            /** Reason */
            reason: string;
            /** Text */
            text: string;
            /** Count */
            count: number;
        };
        /** SampleChange */
        SampleChange: {
            /** Email */
            email: string;
            /** Name */
            name: string;
            /** Field */
            field: string;
            /** Before */
            before: string | null;
            /** After */
            after: string;
            /** Line */
            line: number;
        };
        /** Listing[RowError] */
        Listing_RowError_: {
            /** Items */
            items: components["schemas"]["RowError"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /** RowError */
        RowError: {
            /** Line */
            line: number;
            /** Value */
            value: string;
            /** Reason */
            reason: string;
            /** Text */
            text: string;
        };
        /**
         * FieldOut
         * @description `aliases` are keys it had before; letters that use them still work. `people` have a value.
         */
        FieldOut: {
            /** Id */
            id: number;
            /** Label */
            label: string;
            /** Key */
            key: string;
            /** Aliases */
            aliases: string[];
            /** People */
            people: number;
        };
        /** Listing[FieldOut] */
        Listing_FieldOut_: {
            /** Items */
            items: components["schemas"]["FieldOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /** FieldIn */
        FieldIn: {
            /** Label */
            label: string;
        };
        /**
         * AccountChoice
         * @description An account the user can switch to.
         */
        AccountChoice: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Role */
            role: string;
            /** Is Demo */
            is_demo: boolean;
        };
        /**
         * Outlet
         * @description Where mail goes now: `inbox` or `smtp`.
         */
        Outlet: {
            /** Kind */
            kind: string;
        };
        /**
         * SessionAccount
         * @description The account that calls are about.
         */
        SessionAccount: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Time Zone */
            time_zone: string;
            /** Is Demo */
            is_demo: boolean;
            /** Role */
            role: string;
            /** From Name */
            from_name: string;
            /** From Email */
            from_email: string;
            /** Postal Address */
            postal_address: string;
        };
        /**
         * SessionCounts
         * @description Figures of the sidebar.
         */
        SessionCounts: {
            /** Subscribers Active */
            subscribers_active: number;
            /** Inbox */
            inbox: number;
        };
        /**
         * SessionOut
         * @description What the screens need before they show anything.
         */
        SessionOut: {
            user: components["schemas"]["UserOut"];
            account: components["schemas"]["SessionAccount"];
            /** Accounts */
            accounts: components["schemas"]["AccountChoice"][];
            /** Csrf Token */
            csrf_token: string;
            /** Version */
            version: string;
            outlet: components["schemas"]["Outlet"];
            counts: components["schemas"]["SessionCounts"];
        };
        /**
         * UserOut
         * @description The signed-in user; `runs_installation`: may change what concerns all accounts.
         */
        UserOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Email */
            email: string;
            /** Runs Installation */
            runs_installation: boolean;
        };
        /**
         * SwitchIn
         * @description The account to work in from now on.
         */
        SwitchIn: {
            /** Id */
            id: number;
        };
        /**
         * AccountOut
         * @description An account's settings.
         */
        AccountOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Time Zone */
            time_zone: string;
            /** Postal Address */
            postal_address: string;
            /** From Name */
            from_name: string;
            /** From Email */
            from_email: string;
            /** Reply To */
            reply_to: string;
            /** Is Demo */
            is_demo: boolean;
        };
        /**
         * AccountPatch
         * @description What to change; what is left out stays.
         */
        AccountPatch: {
            /** Name */
            name?: string | null;
            /** Time Zone */
            time_zone?: string | null;
            /** Postal Address */
            postal_address?: string | null;
            /** From Name */
            from_name?: string | null;
            /** From Email */
            from_email?: string | null;
            /** Reply To */
            reply_to?: string | null;
        };
        /**
         * Ending
         * @description Deleting an account asks for the user's password and the account's name as it is written.
         */
        Ending: {
            /** Password */
            password: string;
            /** Name */
            name: string;
        };
        /**
         * AccountIn
         * @description A new account.
         */
        AccountIn: {
            /** Name */
            name: string;
            /**
             * Time Zone
             * @default UTC
             */
            time_zone: string;
        };
        /**
         * Removed
         * @description How many accounts went.
         */
        Removed: {
            /** Removed */
            removed: number;
        };
        /**
         * Zones
         * @description IANA names.
         */
        Zones: {
            /** Items */
            items: string[];
        };
        /**
         * KeysOut
         * @description The public key; for owners the last four characters of the secret; until when the old keys count.
         */
        KeysOut: {
            /** Api Key */
            api_key: string;
            /** Secret Hint */
            secret_hint: string;
            /** Previous Valid Until */
            previous_valid_until: string | null;
        };
        /**
         * SecretOut
         * @description The secret in clear.
         */
        SecretOut: {
            /** Api Secret */
            api_secret: string;
        };
        /**
         * PasswordIn
         * @description The user's own password.
         */
        PasswordIn: {
            /** Password */
            password: string;
        };
        /**
         * PairOut
         * @description Both new keys in clear.
         */
        PairOut: {
            /** Api Key */
            api_key: string;
            /** Api Secret */
            api_secret: string;
        };
        /**
         * RotateIn
         * @description The user's own password, and for how long the old keys go on working.
         */
        RotateIn: {
            /** Password */
            password: string;
            /**
             * Grace Hours
             * @default 24
             */
            grace_hours: number;
        };
        /** Listing[TokenOut] */
        Listing_TokenOut_: {
            /** Items */
            items: components["schemas"]["TokenOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * TokenOut
         * @description A token as it is listed; its text is never shown again.
         */
        TokenOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Hint */
            hint: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Last Used At */
            last_used_at: string | null;
        };
        /**
         * TokenMade
         * @description A new token with its text.
         */
        TokenMade: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Hint */
            hint: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Last Used At */
            last_used_at: string | null;
            /** Token */
            token: string;
        };
        /**
         * TokenIn
         * @description What the token is for.
         */
        TokenIn: {
            /** Name */
            name: string;
        };
        /**
         * InvitationOut
         * @description An invitation that can still be accepted.
         */
        InvitationOut: {
            /** Id */
            id: number;
            /** Email */
            email: string;
            /** Role */
            role: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
        };
        /**
         * MemberOut
         * @description A user of this account.
         */
        MemberOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Email */
            email: string;
            /** Role */
            role: string;
            /** Is You */
            is_you: boolean;
            /**
             * Joined At
             * Format: date-time
             */
            joined_at: string;
            /** Last Seen At */
            last_seen_at: string | null;
        };
        /**
         * TeamOut
         * @description Everybody who is in or invited.
         */
        TeamOut: {
            /** Members */
            members: components["schemas"]["MemberOut"][];
            /** Invitations */
            invitations: components["schemas"]["InvitationOut"][];
        };
        /**
         * InvitationIn
         * @description Whom to invite, as what.
         */
        InvitationIn: {
            /** Email */
            email: string;
            /** Role */
            role: string;
        };
        /**
         * RoleIn
         * @description The new role: owner, admin, editor or viewer.
         */
        RoleIn: {
            /** Role */
            role: string;
        };
        /**
         * SendingOut
         * @description The way of this account's mail. `by_setting`: chosen by POSTROOM_SMTP_URL, not on the screens.
         */
        SendingOut: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "inbox" | "smtp";
            /** Host */
            host: string;
            /** From */
            from: string;
            /** Ok */
            ok: boolean;
            /** Last Error */
            last_error: string;
            /** Senders */
            senders: number;
            /** By Setting */
            by_setting: boolean;
            /** May Change */
            may_change: boolean;
        };
        /**
         * SendingIn
         * @description The way to choose: the test inbox, or an SMTP server (as parts, or whole as `url`).
         */
        SendingIn: {
            /**
             * Kind
             * @default smtp
             * @enum {string}
             */
            kind: "inbox" | "smtp";
            /**
             * Url
             * @default
             */
            url: string;
            /**
             * Host
             * @default
             */
            host: string;
            /**
             * Port
             * @default 587
             */
            port: number;
            /**
             * User
             * @default
             */
            user: string;
            /**
             * Password
             * @default
             */
            password: string;
            /**
             * Security
             * @default starttls
             * @enum {string}
             */
            security: "starttls" | "tls" | "none";
        };
        /**
         * TrialOut
         * @description What became of the try.
         */
        TrialOut: {
            /** Ok */
            ok: boolean;
            /** Message */
            message: string;
            /**
             * Help
             * @default
             */
            help: string;
        };
        /**
         * TestOut
         * @description The address the test email is on its way to.
         */
        TestOut: {
            /** To */
            to: string;
        };
        /**
         * TestIn
         * @description Where the test email goes; left out: to the caller.
         */
        TestIn: {
            /**
             * To
             * @default
             */
            to: string;
        };
        /**
         * SecurityOut
         * @description The caller's ways to sign in, and their browsers.
         */
        SecurityOut: {
            /** Has Totp */
            has_totp: boolean;
            /** Passkeys */
            passkeys: number;
            /** Recovery Codes */
            recovery_codes: boolean;
            /** Sessions */
            sessions: components["schemas"]["SessionRow"][];
        };
        /**
         * SessionRow
         * @description A browser in which the caller is signed in.
         */
        SessionRow: {
            /** Id */
            id: number;
            /** User Agent */
            user_agent: string;
            /** Ip */
            ip: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Last Seen At
             * Format: date-time
             */
            last_seen_at: string;
            /** Is Current */
            is_current: boolean;
        };
        /** Listing[NoticeOut] */
        Listing_NoticeOut_: {
            /** Items */
            items: components["schemas"]["NoticeOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * NoticeOut
         * @description One open notice; `level` is info, warn or alarm.
         */
        NoticeOut: {
            /** Id */
            id: number;
            /** Key */
            key: string;
            /** Level */
            level: string;
            /** Title */
            title: string;
            /** Body */
            body: string;
            /** Action Label */
            action_label: string;
            /** Action Url */
            action_url: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** BroadcastItemOut */
        BroadcastItemOut: {
            /** Id */
            id: number;
            /** Subject */
            subject: string;
            /** Preview Text */
            preview_text: string;
            /** State */
            state: string;
            /** Label */
            label: string;
            /** Pause Reason */
            pause_reason: string;
            /** Held */
            held: boolean;
            /** Rehearsed */
            rehearsed: boolean;
            /** Audience Text */
            audience_text: string;
            /** Send At */
            send_at: string | null;
            /** Sent At */
            sent_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Copy Of */
            copy_of: number | null;
            progress: components["schemas"]["ShortProgressOut"] | null;
            report: components["schemas"]["FiguresOut"] | null;
        };
        /** BroadcastPageOut */
        BroadcastPageOut: {
            /** Items */
            items: components["schemas"]["BroadcastItemOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
            /** Counts */
            counts: {
                [key: string]: number;
            };
        };
        /**
         * FiguresOut
         * @description Of a sent broadcast; rates are shares of the delivered, 0 to 1.
         */
        FiguresOut: {
            /** Delivered */
            delivered: number;
            /** Open Rate */
            open_rate: number | null;
            /** Click Rate */
            click_rate: number | null;
            /** Unsubscribed */
            unsubscribed: number;
        };
        /**
         * ShortProgressOut
         * @description How far a broadcast on its way is.
         */
        ShortProgressOut: {
            /** Planned */
            planned: number;
            /** Delivered */
            delivered: number;
            /** Open */
            open: number;
            /** Rate Per S */
            rate_per_s: number;
            /** Position */
            position: number;
            /** Done At */
            done_at: string | null;
        };
        /**
         * AudienceBody
         * @description Everyone active, or those with any of the included tags and none of the excluded; with `not_opened` (a
         *     `send_id`) only those of them who gave no sign of opening that send.
         */
        AudienceBody: {
            /**
             * @default {
             *       "tags": []
             *     }
             */
            include: components["schemas"]["AudienceTags"];
            /**
             * @default {
             *       "tags": []
             *     }
             */
            exclude: components["schemas"]["AudienceTags"];
            /** Not Opened */
            not_opened?: number | null;
        };
        /** AudienceTags */
        AudienceTags: {
            /**
             * Tags
             * @default []
             */
            tags: number[];
        };
        /** BroadcastOut */
        BroadcastOut: {
            /** Id */
            id: number;
            /** Subject */
            subject: string;
            /** Preview Text */
            preview_text: string;
            /** Description */
            description: string;
            /** Body */
            body: {
                [key: string]: unknown;
            };
            audience: components["schemas"]["AudienceBody"];
            /** Audience Text */
            audience_text: string;
            /** Audience Count */
            audience_count: number;
            /** From Name */
            from_name: string;
            /** From Email */
            from_email: string;
            /** From Options */
            from_options: {
                [key: string]: string;
            }[];
            /** State */
            state: string;
            /** Label */
            label: string;
            /** Pause Reason */
            pause_reason: string;
            /** Held */
            held: boolean;
            /** Held Before Expansion */
            held_before_expansion: boolean;
            /** Rehearsed */
            rehearsed: boolean;
            /** Revision */
            revision: number;
            /** Send Id */
            send_id: number | null;
            /** Send At */
            send_at: string | null;
            /** Send Wall */
            send_wall: string;
            /** Send Zone */
            send_zone: string;
            /** Ambiguous */
            ambiguous: string;
            /** Copy Of */
            copy_of: number | null;
            /** Identical To */
            identical_to: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Started At */
            started_at: string | null;
            /** Sent At */
            sent_at: string | null;
            /** Outlet */
            outlet: string | null;
        };
        /** BroadcastIn */
        BroadcastIn: {
            /**
             * Subject
             * @default
             */
            subject: string;
        };
        /** CountOut */
        CountOut: {
            /** Count */
            count: number;
        };
        /** AudienceIn */
        AudienceIn: {
            /** Audience */
            audience: {
                [key: string]: unknown;
            };
        };
        /** HintOut */
        HintOut: {
            /** Code */
            code: string;
            /** Text */
            text: string;
        };
        /** SavedOut */
        SavedOut: {
            /** Revision */
            revision: number;
            /** Size Bytes */
            size_bytes: number;
            /** Warnings */
            warnings: components["schemas"]["HintOut"][];
        };
        /**
         * BroadcastChangesIn
         * @description What changes; the rest stays. `revision` is the one these changes were based on.
         */
        BroadcastChangesIn: {
            /** Revision */
            revision: number;
            /** Subject */
            subject?: string | null;
            /** Preview Text */
            preview_text?: string | null;
            /** Description */
            description?: string | null;
            /** Body */
            body?: {
                [key: string]: unknown;
            } | null;
            /** Audience */
            audience?: {
                [key: string]: unknown;
            } | null;
            /** From Name */
            from_name?: string | null;
            /** From Email */
            from_email?: string | null;
            /** Ambiguous */
            ambiguous?: string | null;
        };
        /** LetterPreviewOut */
        LetterPreviewOut: {
            /** Html */
            html: string;
            /** Text */
            text: string;
            /** Subject */
            subject: string;
            /** Size Bytes */
            size_bytes: number;
            /** Warnings */
            warnings: components["schemas"]["HintOut"][];
        };
        /** PreviewIn */
        PreviewIn: {
            /** Subscriber Id */
            subscriber_id?: number | null;
            /**
             * Mode
             * @default html
             */
            mode: string;
        };
        /** AudienceOut */
        AudienceOut: {
            /** Count */
            count: number;
            /** Sample */
            sample: components["schemas"]["AudiencePersonOut"][];
        };
        /** AudiencePersonOut */
        AudiencePersonOut: {
            /** Id */
            id: number;
            /** Email */
            email: string;
            /** First Name */
            first_name: string | null;
        };
        /** TestBroadcastOut */
        TestBroadcastOut: {
            /** Sent */
            sent: number;
        };
        /** TestBroadcastIn */
        TestBroadcastIn: {
            /** To */
            to: string[];
        };
        /**
         * ScheduleIn
         * @description `at` is a wall time `YYYY-MM-DDTHH:MM` in `zone` (default: the account's), or null for now.
         */
        ScheduleIn: {
            /** At */
            at?: string | null;
            /**
             * Zone
             * @default
             */
            zone: string;
        };
        /** LogLineOut */
        LogLineOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Level */
            level: string;
            /** Text */
            text: string;
            /** Code */
            code: number | null;
            /** Count */
            count: number;
        };
        /**
         * ProgressOut
         * @description planned = delivered + bounced + refused + uncertain + excluded + cancelled + deferred + open.
         */
        ProgressOut: {
            /** State */
            state: string;
            /** Label */
            label: string;
            /** Pause Reason */
            pause_reason: string;
            /** Held */
            held: boolean;
            /** Rehearsed */
            rehearsed: boolean;
            /** Planned */
            planned: number;
            /** Delivered */
            delivered: number;
            /** Deferred */
            deferred: number;
            /** Refused */
            refused: number;
            /** Bounced */
            bounced: number;
            /** Uncertain */
            uncertain: number;
            /** Excluded */
            excluded: number;
            /** Cancelled */
            cancelled: number;
            /** Open */
            open: number;
            /** Balances */
            balances: boolean;
            /** Rate Per S */
            rate_per_s: number;
            /** Best Rate Per S */
            best_rate_per_s: number;
            /** Position */
            position: number;
            /** Done At */
            done_at: string | null;
            /** Started At */
            started_at: string | null;
            /** Log */
            log: components["schemas"]["LogLineOut"][];
            /** Waiting */
            waiting: components["schemas"]["WaitingOut"][];
        };
        /** WaitingOut */
        WaitingOut: {
            /** Id */
            id: number;
            /** Subject */
            subject: string;
            /** State */
            state: string;
            /** Label */
            label: string;
            /** Pause Reason */
            pause_reason: string;
            /** Held */
            held: boolean;
            /** Send At */
            send_at: string | null;
            /** Audience Text */
            audience_text: string;
        };
        /** PaceOut */
        PaceOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Rate Per S */
            rate_per_s: number;
        };
        /**
         * QueueOut
         * @description The largest receiving sites first, all smaller ones as the last; the speed since the start. Of a large
         *     broadcast the figures may be some seconds old: they are those of `counted_at`.
         */
        QueueOut: {
            /** Counted At */
            counted_at: string | null;
            /** Sites */
            sites: components["schemas"]["SiteOut"][];
            /** Speed */
            speed: components["schemas"]["PaceOut"][];
        };
        /**
         * SiteOut
         * @description One receiving site, or all `sites` smaller ones when `site` is empty. `said` is a word for its last
         *     answer that was no plain yes: slower, later, full, no_address, filters, identity, blocked, expired,
         *     trouble, refused; empty when it takes everything.
         */
        SiteOut: {
            /** Site */
            site: string;
            /** Name */
            name: string;
            /** Sites */
            sites: number;
            /** Planned */
            planned: number;
            /** Delivered */
            delivered: number;
            /** Deferred */
            deferred: number;
            /** Refused */
            refused: number;
            /** Open */
            open: number;
            /** Rate Per S */
            rate_per_s: number;
            /** Done At */
            done_at: string | null;
            /** Said */
            said: string;
        };
        /**
         * ResendIn
         * @description `uncertain`: their server's answer was lost. `refused`: for a reason that was not their address.
         */
        ResendIn: {
            /**
             * Which
             * @default uncertain
             * @enum {string}
             */
            which: "uncertain" | "refused";
        };
        /**
         * FormRow
         * @description `conversion` is the share of the last 30 days' visitors who joined, 0 to 1, null without visitors.
         */
        FormRow: {
            /** Id */
            id: number;
            /** Uid */
            uid: string;
            /** Name */
            name: string;
            /** Format */
            format: string | null;
            /** Archived */
            archived: boolean;
            /** Subscribers */
            subscribers: number;
            /** Visitors 30D */
            visitors_30d: number;
            /** Conversion */
            conversion: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Listing[FormRow] */
        Listing_FormRow_: {
            /** Items */
            items: components["schemas"]["FormRow"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * Embed
         * @description Ways to put the form on a page.
         */
        Embed: {
            /** Script */
            script: string;
            /** Html */
            html: string;
            /** Link */
            link: string;
        };
        /**
         * FormDetail
         * @description `not_live` among the warnings says that people get the email as it was before.
         */
        FormDetail: {
            /** Id */
            id: number;
            /** Uid */
            uid: string;
            /** Name */
            name: string;
            /** Type */
            type: string;
            /** Format */
            format: string | null;
            /** Heading */
            heading: string;
            /** Description */
            description: string;
            /** Button Text */
            button_text: string;
            /** Note */
            note: string;
            /** Fields */
            fields: {
                [key: string]: unknown;
            }[];
            /** Success Action */
            success_action: string;
            /** Success Message */
            success_message: string;
            /** Redirect Url */
            redirect_url: string;
            /** Incentive Enabled */
            incentive_enabled: boolean;
            /** Incentive Subject */
            incentive_subject: string;
            /** Incentive Body */
            incentive_body: {
                [key: string]: unknown;
            };
            /** Incentive Redirect Url */
            incentive_redirect_url: string;
            /** Auto Confirm */
            auto_confirm: boolean;
            /** Tag Ids */
            tag_ids: number[];
            /** Tags */
            tags: components["schemas"]["NamedTag"][];
            /** Options */
            options: {
                [key: string]: unknown;
            };
            style: components["schemas"]["StyleOut"];
            picture: components["schemas"]["FormPicture"] | null;
            /** Pages */
            pages: components["schemas"]["SeenPage"][];
            embed: components["schemas"]["Embed"];
            stats: components["schemas"]["Stats"];
            /** Warnings */
            warnings: components["schemas"]["FormHint"][];
            /** Archived At */
            archived_at: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * FormHint
         * @description Something about the form that somebody should see.
         */
        FormHint: {
            /** Code */
            code: string;
            /** Text */
            text: string;
        };
        /**
         * FormPicture
         * @description The picture that the style names.
         */
        FormPicture: {
            /** Id */
            id: number;
            /** Url */
            url: string;
            /** Width */
            width: number;
            /** Height */
            height: number;
        };
        /**
         * SeenPage
         * @description A page that carries the form (host and path), and how often it was looked at there.
         */
        SeenPage: {
            /** Page */
            page: string;
            /** Visits */
            visits: number;
            /**
             * Last At
             * Format: date-time
             */
            last_at: string;
        };
        /** Stats */
        Stats: {
            /** Visitors 30D */
            visitors_30d: number;
            /** Subscribers */
            subscribers: number;
            /** Conversion */
            conversion: number | null;
        };
        /**
         * StyleOut
         * @description Only what was chosen: colours as #rrggbb, `radius` in pixels, `picture_place` side or top.
         */
        StyleOut: {
            /** Accent */
            accent?: string | null;
            /** Background */
            background?: string | null;
            /** Radius */
            radius?: number | null;
            /** Picture Id */
            picture_id?: number | null;
            /** Picture Alt */
            picture_alt?: string | null;
            /** Picture Place */
            picture_place?: string | null;
        };
        /** NewForm */
        NewForm: {
            /** Name */
            name: string;
        };
        /**
         * FormChanges
         * @description Any of the form's settings; what is left out stays. `tags` (ids) is another name for `tag_ids`.
         */
        FormChanges: {
            /** Name */
            name?: string | null;
            /** Format */
            format?: string | null;
            /** Heading */
            heading?: string | null;
            /** Description */
            description?: string | null;
            /** Button Text */
            button_text?: string | null;
            /** Note */
            note?: string | null;
            /** Fields */
            fields?: {
                [key: string]: unknown;
            }[] | null;
            /** Success Action */
            success_action?: string | null;
            /** Success Message */
            success_message?: string | null;
            /** Redirect Url */
            redirect_url?: string | null;
            /** Incentive Enabled */
            incentive_enabled?: boolean | null;
            /** Incentive Subject */
            incentive_subject?: string | null;
            /** Incentive Body */
            incentive_body?: {
                [key: string]: unknown;
            } | null;
            /** Incentive Redirect Url */
            incentive_redirect_url?: string | null;
            /** Auto Confirm */
            auto_confirm?: boolean | null;
            /** Tag Ids */
            tag_ids?: number[] | null;
            /** Tags */
            tags?: number[] | null;
            /** Options */
            options?: {
                [key: string]: unknown;
            } | null;
            style?: components["schemas"]["StyleOut"] | null;
        };
        /** Archived */
        Archived: {
            /**
             * Archived
             * @default true
             */
            archived: boolean;
        };
        /** InboxItemOut */
        InboxItemOut: {
            /** Id */
            id: number;
            /** To */
            to: string;
            /** Subject */
            subject: string;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            /** Size Bytes */
            size_bytes: number;
            /** Kind */
            kind: string;
            /** Account */
            account: string;
        };
        /** InboxPageOut */
        InboxPageOut: {
            /** Items */
            items: components["schemas"]["InboxItemOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
            /** Note */
            note: string;
        };
        /** InboxClearedOut */
        InboxClearedOut: {
            /** Deleted */
            deleted: number;
        };
        /** InboxLetterOut */
        InboxLetterOut: {
            /** Id */
            id: number;
            /** To */
            to: string;
            /** Subject */
            subject: string;
            /**
             * Received At
             * Format: date-time
             */
            received_at: string;
            /** Size Bytes */
            size_bytes: number;
            /** Kind */
            kind: string;
            /** Account */
            account: string;
            /** Html */
            html: string | null;
            /** Text */
            text: string | null;
            /** Headers */
            headers: string[][];
            /** Source */
            source: string;
        };
        /** Image */
        Image: {
            /** Id */
            id: number;
            /** Url */
            url: string;
            /** Width */
            width: number;
            /** Height */
            height: number;
            /** Name */
            name: string;
            /** Size Bytes */
            size_bytes: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Listing[Image] */
        Listing_Image_: {
            /** Items */
            items: components["schemas"]["Image"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * LedgerOut
         * @description planned = the sum of the others, when it `balances`; the texts say what some terms consist of.
         */
        LedgerOut: {
            /** Planned */
            planned: number;
            /** Delivered */
            delivered: number;
            /** Bounced */
            bounced: number;
            /** Refused */
            refused: number;
            /** Uncertain */
            uncertain: number;
            /** Excluded */
            excluded: number;
            /** Cancelled */
            cancelled: number;
            /** Deferred */
            deferred: number;
            /** Open */
            open: number;
            /** Balances */
            balances: boolean;
            /** Excluded Text */
            excluded_text: string;
            /** Refused Text */
            refused_text: string;
        };
        /**
         * ReportOut
         * @description People are counted once each, machines apart; rates are shares of the delivered, 0 to 1.
         */
        ReportOut: {
            ledger: components["schemas"]["LedgerOut"];
            /** Opened People */
            opened_people: number;
            /** Open Rate */
            open_rate: number | null;
            /** Clicked People */
            clicked_people: number;
            /** Click Rate */
            click_rate: number | null;
            /** Clicks */
            clicks: number;
            /** No Sign */
            no_sign: number;
            /** Machine Only */
            machine_only: number;
            /** Unsubscribed */
            unsubscribed: number;
            /** Started At */
            started_at: string | null;
            /** Finished At */
            finished_at: string | null;
            /** Rehearsed */
            rehearsed: boolean;
            /** Audience Text */
            audience_text: string;
        };
        /** PointOut */
        PointOut: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** People */
            people: number;
            /** Machines */
            machines: number;
            /** Clicked */
            clicked: number;
        };
        /** Timeline */
        Timeline: {
            /** Points */
            points: components["schemas"]["PointOut"][];
        };
        /**
         * LinkOut
         * @description `no` is null for a link that nobody has followed.
         */
        LinkOut: {
            /** No */
            no: number | null;
            /** Label */
            label: string;
            /** Url */
            url: string;
            /** People */
            people: number;
            /** Clicks */
            clicks: number;
            /** Machine Clicks */
            machine_clicks: number;
        };
        /** Links */
        Links: {
            /** Items */
            items: components["schemas"]["LinkOut"][];
        };
        /** Listing[RecipientOut] */
        Listing_RecipientOut_: {
            /** Items */
            items: components["schemas"]["RecipientOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /** RecipientOut */
        RecipientOut: {
            /** Subscriber Id */
            subscriber_id: number;
            /** Email */
            email: string;
            /** Name */
            name: string;
            /** State */
            state: string;
            /** Reason */
            reason: string | null;
            /** Code */
            code: number | null;
            /** Text */
            text: string | null;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Mark */
            mark: string | null;
        };
        /** Listing[SequenceRow] */
        Listing_SequenceRow_: {
            /** Items */
            items: components["schemas"]["SequenceRow"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * SequenceRow
         * @description `in_it` counts people on the way, waiting or held at the end. Rates are shares of the sent, 0 to 1.
         */
        SequenceRow: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Active */
            active: boolean;
            /** Hold */
            hold: boolean;
            /** Repeat */
            repeat: boolean;
            /** Emails */
            emails: number;
            /** Published */
            published: number;
            /** In It */
            in_it: number;
            /** Completed */
            completed: number;
            /** Sent */
            sent: number;
            /** Open Rate */
            open_rate: number | null;
            /** Click Rate */
            click_rate: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /**
         * PeopleCounts
         * @description People by where they stand; `due` are those who would get an email at once if it is switched on.
         */
        PeopleCounts: {
            /** On Way */
            on_way: number;
            /** At End */
            at_end: number;
            /** Waits */
            waits: number;
            /** Completed */
            completed: number;
            /** Stopped */
            stopped: number;
            /** Due */
            due: number;
        };
        /** SequenceDetail */
        SequenceDetail: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Active */
            active: boolean;
            /** Hold */
            hold: boolean;
            /** Repeat */
            repeat: boolean;
            /** Emails */
            emails: number;
            /** Published */
            published: number;
            /** In It */
            in_it: number;
            /** Completed */
            completed: number;
            /** Sent */
            sent: number;
            /** Open Rate */
            open_rate: number | null;
            /** Click Rate */
            click_rate: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** From Name */
            from_name: string;
            /** From Email */
            from_email: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            people: components["schemas"]["PeopleCounts"];
            /** Items */
            items: components["schemas"]["SequenceEmailRow"][];
        };
        /**
         * SequenceEmailRow
         * @description One email in its place. `waiting` counts people whose next email it is.
         */
        SequenceEmailRow: {
            /** Id */
            id: number;
            /** Position */
            position: number;
            /** Subject */
            subject: string;
            /** Preview Text */
            preview_text: string;
            /** Delay Value */
            delay_value: number;
            /**
             * Delay Unit
             * @enum {string}
             */
            delay_unit: "days" | "hours";
            /** Published */
            published: boolean;
            /** Waiting */
            waiting: number;
            /** Sent */
            sent: number;
            /** Opened */
            opened: number;
            /** Clicked */
            clicked: number;
            /** Open Rate */
            open_rate: number | null;
            /** Click Rate */
            click_rate: number | null;
        };
        /** NewSequence */
        NewSequence: {
            /** Name */
            name: string;
        };
        /**
         * SequenceChanges
         * @description Any of the settings; what is left out stays. An empty sender means the account's.
         */
        SequenceChanges: {
            /** Name */
            name?: string | null;
            /** Active */
            active?: boolean | null;
            /** Hold */
            hold?: boolean | null;
            /** Repeat */
            repeat?: boolean | null;
            /** From Name */
            from_name?: string | null;
            /** From Email */
            from_email?: string | null;
        };
        /** SequenceEmailDetail */
        SequenceEmailDetail: {
            /** Id */
            id: number;
            /** Position */
            position: number;
            /** Subject */
            subject: string;
            /** Preview Text */
            preview_text: string;
            /** Delay Value */
            delay_value: number;
            /**
             * Delay Unit
             * @enum {string}
             */
            delay_unit: "days" | "hours";
            /** Published */
            published: boolean;
            /** Waiting */
            waiting: number;
            /** Sent */
            sent: number;
            /** Opened */
            opened: number;
            /** Clicked */
            clicked: number;
            /** Open Rate */
            open_rate: number | null;
            /** Click Rate */
            click_rate: number | null;
            /** Sequence Id */
            sequence_id: number;
            /** Sequence Name */
            sequence_name: string;
            /** Sequence Active */
            sequence_active: boolean;
            /** Body */
            body: {
                [key: string]: unknown;
            };
            /** Revision */
            revision: number;
            /** From Name */
            from_name: string;
            /** From Email */
            from_email: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /** NewSequenceEmail */
        NewSequenceEmail: {
            /**
             * Subject
             * @default
             */
            subject: string;
            /** Preview Text */
            preview_text?: string | null;
            /** Body */
            body?: {
                [key: string]: unknown;
            } | null;
            /** Delay Value */
            delay_value?: number | null;
            /** Delay Unit */
            delay_unit?: ("days" | "hours") | null;
            /** Published */
            published?: boolean | null;
        };
        /** EmailOrder */
        EmailOrder: {
            /**
             * Ids
             * @description Every email of the sequence once, in the new order.
             */
            ids: number[];
        };
        /**
         * SequenceEmailSaved
         * @description `size_bytes` is the HTML's; `not_live` among the warnings says that people get the version before.
         */
        SequenceEmailSaved: {
            /** Revision */
            revision: number;
            /** Published */
            published: boolean;
            /** Size Bytes */
            size_bytes: number;
            /** Warnings */
            warnings: components["schemas"]["SequenceHint"][];
        };
        /** SequenceHint */
        SequenceHint: {
            /** Code */
            code: string;
            /** Text */
            text: string;
        };
        /**
         * SequenceEmailChanges
         * @description `revision` is the one these changes were based on; without it they are stored in any case.
         */
        SequenceEmailChanges: {
            /** Subject */
            subject?: string | null;
            /** Preview Text */
            preview_text?: string | null;
            /** Body */
            body?: {
                [key: string]: unknown;
            } | null;
            /** Delay Value */
            delay_value?: number | null;
            /** Delay Unit */
            delay_unit?: ("days" | "hours") | null;
            /** Published */
            published?: boolean | null;
            /** Revision */
            revision?: number | null;
        };
        /** SequencePreviewOut */
        SequencePreviewOut: {
            /** Subject */
            subject: string;
            /** Html */
            html: string;
            /** Text */
            text: string;
            /** Size Bytes */
            size_bytes: number;
            /** Warnings */
            warnings: components["schemas"]["SequenceHint"][];
        };
        /** SequencePreviewIn */
        SequencePreviewIn: {
            /** Subscriber Id */
            subscriber_id?: number | null;
        };
        /** SequenceTestOut */
        SequenceTestOut: {
            /** Sent */
            sent: number;
        };
        /** SequenceTestIn */
        SequenceTestIn: {
            /** To */
            to: string[];
        };
        /** Listing[SequencePerson] */
        Listing_SequencePerson_: {
            /** Items */
            items: components["schemas"]["SequencePerson"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * SequencePerson
         * @description `due_at` is when the next email leaves; null while they wait for something else.
         */
        SequencePerson: {
            /** Subscriber Id */
            subscriber_id: number;
            /** Email */
            email: string;
            /** First Name */
            first_name: string;
            /** State */
            state: string;
            /**
             * Place
             * @enum {string}
             */
            place: "on_way" | "at_end" | "waits" | "completed" | "stopped";
            /** Last Email Id */
            last_email_id: number | null;
            /** Next Email Id */
            next_email_id: number | null;
            /** Due At */
            due_at: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /** Completed At */
            completed_at: string | null;
        };
        /**
         * AddedPeople
         * @description `created` of the `added` are new to the account.
         */
        AddedPeople: {
            /** Added */
            added: number;
            /** Created */
            created: number;
        };
        /** AddPeople */
        AddPeople: {
            /** Emails */
            emails: string[];
        };
        /**
         * SequenceOfPerson
         * @description A sequence somebody is or was in.
         */
        SequenceOfPerson: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /**
             * Place
             * @enum {string}
             */
            place: "on_way" | "at_end" | "waits" | "completed" | "stopped";
            /** Due At */
            due_at: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /** Completed At */
            completed_at: string | null;
        };
        /** SequencesOfPerson */
        SequencesOfPerson: {
            /** Items */
            items: components["schemas"]["SequenceOfPerson"][];
        };
        /**
         * PurchaseQuery
         * @description `days`: only of so many last days of the account's calendar.
         */
        PurchaseQuery: {
            /**
             * Q
             * @default
             */
            q: string;
            /**
             * Status
             * @default
             */
            status: string;
            /** Product Id */
            product_id?: number | null;
            /** Days */
            days?: number | null;
        };
        /** Listing[PurchaseOut] */
        Listing_PurchaseOut_: {
            /** Items */
            items: components["schemas"]["PurchaseOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * PurchaseLineOut
         * @description `pid` and `lid` are the shop's ids of product and line, as text.
         */
        PurchaseLineOut: {
            /** Product Id */
            product_id: number;
            /** Pid */
            pid: string;
            /** Lid */
            lid: string;
            /** Name */
            name: string;
            /** Sku */
            sku: string | null;
            /** Unit Price */
            unit_price: string;
            /** Quantity */
            quantity: number;
        };
        /**
         * PurchaseOut
         * @description Amounts are decimal texts. `subscriber_id` is null once the person was erased; `refunded` ones count
         *     for no revenue.
         */
        PurchaseOut: {
            /** Id */
            id: number;
            /** Subscriber Id */
            subscriber_id: number | null;
            /** Email */
            email: string | null;
            /** First Name */
            first_name: string | null;
            /** Transaction Id */
            transaction_id: string;
            /** Status */
            status: string;
            /** Refunded */
            refunded: boolean;
            /** Currency */
            currency: string;
            /** Subtotal */
            subtotal: string;
            /** Shipping */
            shipping: string;
            /** Discount */
            discount: string;
            /** Tax */
            tax: string;
            /** Total */
            total: string;
            /**
             * Transaction Time
             * Format: date-time
             */
            transaction_time: string;
            /** Integration */
            integration: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            /** Products */
            products: components["schemas"]["PurchaseLineOut"][];
        };
        /**
         * PurchaseIn
         * @description As API v3 takes it: amounts as texts or numbers, a time in UTC.
         */
        PurchaseIn: {
            /** Transaction Id */
            transaction_id: string;
            /** Email Address */
            email_address: string;
            /** Currency */
            currency: string;
            /** Products */
            products: components["schemas"]["PurchaseProductIn"][];
            /** First Name */
            first_name?: string | null;
            /** Subtotal */
            subtotal?: string | number | null;
            /** Shipping */
            shipping?: string | number | null;
            /** Discount */
            discount?: string | number | null;
            /** Tax */
            tax?: string | number | null;
            /** Total */
            total?: string | number | null;
            /** Transaction Time */
            transaction_time?: string | null;
            /** Status */
            status?: string | null;
            /** Integration */
            integration?: string | null;
        };
        /** PurchaseProductIn */
        PurchaseProductIn: {
            /** Pid */
            pid: string | number;
            /** Lid */
            lid: string | number;
            /** Name */
            name: string;
            /** Sku */
            sku?: string | null;
            /** Unit Price */
            unit_price: string | number;
            /** Quantity */
            quantity: number;
        };
        /** RevenueQuery */
        RevenueQuery: {
            /**
             * Days
             * @default 90
             */
            days: number;
        };
        /**
         * CurrencyRevenue
         * @description One currency's days, every one of the period, with their sum and that of as many days before.
         */
        CurrencyRevenue: {
            /** Currency */
            currency: string;
            /** Total */
            total: string;
            /** Total Before */
            total_before: string;
            /** Purchases */
            purchases: number;
            /** Days */
            days: components["schemas"]["RevenueDay"][];
        };
        /**
         * RevenueDay
         * @description A day of the account's calendar.
         */
        RevenueDay: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Amount */
            amount: string;
            /** Purchases */
            purchases: number;
        };
        /**
         * RevenueOut
         * @description Currencies that sold anything, the one with the most purchases first.
         */
        RevenueOut: {
            /** Currencies */
            currencies: components["schemas"]["CurrencyRevenue"][];
        };
        /** Listing[ProductOut] */
        Listing_ProductOut_: {
            /** Items */
            items: components["schemas"]["ProductOut"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * Money
         * @description An amount as a decimal text, in the currency's own unit.
         */
        Money: {
            /** Currency */
            currency: string;
            /** Amount */
            amount: string;
        };
        /**
         * ProductOut
         * @description `id` is ours and stands in webhooks, `pid` the shop's. `sold` and `people` leave refunds out.
         */
        ProductOut: {
            /** Id */
            id: number;
            /** Pid */
            pid: string;
            /** Name */
            name: string;
            /** Sku */
            sku: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Purchases */
            purchases: number;
            /** Sold */
            sold: number;
            /** People */
            people: number;
            /** Last At */
            last_at: string | null;
            /** Revenue */
            revenue: components["schemas"]["Money"][];
        };
        /** PurchasesOfPerson */
        PurchasesOfPerson: {
            /** Items */
            items: components["schemas"]["PurchaseOut"][];
        };
        /** Listing[WebhookRow] */
        Listing_WebhookRow_: {
            /** Items */
            items: components["schemas"]["WebhookRow"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * WebhookRow
         * @description `param_name` names the form, tag or sequence of `param_id`; null where it is gone. `delivered` and
         *     `failed` count the last seven days. `failing_since` is the first failure after the last success.
         */
        WebhookRow: {
            /** Id */
            id: number;
            /**
             * Event
             * @enum {string}
             */
            event: "subscriber_activate" | "subscriber_unsubscribe" | "subscriber_bounce" | "subscriber_complain" | "form_subscribe" | "course_subscribe" | "course_complete" | "link_click" | "product_purchase" | "tag_add" | "tag_remove" | "purchase_create";
            /** Param Id */
            param_id: number | null;
            /** Param Name */
            param_name: string | null;
            /** Initiator Value */
            initiator_value: string | null;
            /** Target Url */
            target_url: string;
            /**
             * Status
             * @enum {string}
             */
            status: "enabled" | "paused" | "gone";
            /** Reason */
            reason: string;
            /** Signed */
            signed: boolean;
            /** Failing Since */
            failing_since: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Delivered */
            delivered: number;
            /** Failed */
            failed: number;
            /** Waiting */
            waiting: number;
            /** Delivered At */
            delivered_at: string | null;
        };
        /**
         * WebhookMade
         * @description `secret` is shown this once; null without signature.
         */
        WebhookMade: {
            /** Id */
            id: number;
            /**
             * Event
             * @enum {string}
             */
            event: "subscriber_activate" | "subscriber_unsubscribe" | "subscriber_bounce" | "subscriber_complain" | "form_subscribe" | "course_subscribe" | "course_complete" | "link_click" | "product_purchase" | "tag_add" | "tag_remove" | "purchase_create";
            /** Param Id */
            param_id: number | null;
            /** Param Name */
            param_name: string | null;
            /** Initiator Value */
            initiator_value: string | null;
            /** Target Url */
            target_url: string;
            /**
             * Status
             * @enum {string}
             */
            status: "enabled" | "paused" | "gone";
            /** Reason */
            reason: string;
            /** Signed */
            signed: boolean;
            /** Failing Since */
            failing_since: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Delivered */
            delivered: number;
            /** Failed */
            failed: number;
            /** Waiting */
            waiting: number;
            /** Delivered At */
            delivered_at: string | null;
            /** Secret */
            secret: string | null;
        };
        /**
         * NewWebhook
         * @description `param_id` for events about a form, tag, sequence or product, `initiator_value` for a link's URL.
         */
        NewWebhook: {
            /**
             * Event
             * @enum {string}
             */
            event: "subscriber_activate" | "subscriber_unsubscribe" | "subscriber_bounce" | "subscriber_complain" | "form_subscribe" | "course_subscribe" | "course_complete" | "link_click" | "product_purchase" | "tag_add" | "tag_remove" | "purchase_create";
            /** Target Url */
            target_url: string;
            /** Param Id */
            param_id?: number | null;
            /** Initiator Value */
            initiator_value?: string | null;
            /**
             * Signed
             * @default false
             */
            signed: boolean;
        };
        /** WebhookChanges */
        WebhookChanges: {
            /** Target Url */
            target_url: string;
        };
        /**
         * WebhookSecret
         * @description Shown this once.
         */
        WebhookSecret: {
            /** Secret */
            secret: string;
        };
        /**
         * WebhookAttempt
         * @description One try. Without `status` no answer came, and `error` says why. `answer` is its beginning.
         */
        WebhookAttempt: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Duration Ms */
            duration_ms: number;
            /** Status */
            status: number | null;
            /** Error */
            error: string;
            /** Answer */
            answer: string;
        };
        /**
         * WebhookDelivery
         * @description With the body as it is sent, and every try in order.
         */
        WebhookDelivery: {
            /** Id */
            id: number;
            /**
             * State
             * @enum {string}
             */
            state: "waiting" | "held" | "delivered" | "failed" | "gone";
            /** Is Test */
            is_test: boolean;
            /** Subscriber Id */
            subscriber_id: number | null;
            /** Attempts */
            attempts: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Next At */
            next_at: string | null;
            /** Done At */
            done_at: string | null;
            last: components["schemas"]["WebhookAttempt"] | null;
            /** Body */
            body: string;
            /** Tries */
            tries: components["schemas"]["WebhookAttempt"][];
        };
        /** Listing[WebhookDeliveryRow] */
        Listing_WebhookDeliveryRow_: {
            /** Items */
            items: components["schemas"]["WebhookDeliveryRow"][];
            /** Total */
            total: number;
            /** Page */
            page: number;
            /** Per Page */
            per_page: number;
        };
        /**
         * WebhookDeliveryRow
         * @description `attempts` counts since the last resend; `last` is the latest try. `next_at` is when it is due.
         */
        WebhookDeliveryRow: {
            /** Id */
            id: number;
            /**
             * State
             * @enum {string}
             */
            state: "waiting" | "held" | "delivered" | "failed" | "gone";
            /** Is Test */
            is_test: boolean;
            /** Subscriber Id */
            subscriber_id: number | null;
            /** Attempts */
            attempts: number;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Next At */
            next_at: string | null;
            /** Done At */
            done_at: string | null;
            last: components["schemas"]["WebhookAttempt"] | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
