// Written by a test from the Rust types; do not edit.

export type Intent = "reset" | "unlock" | "change" | "register";

export type Method = "text_mobile" | "call_mobile" | "call_office" | "email" | "totp" | "questions" | "recovery_code" | "current_password";

export type Destination = "phone" | "email";

export type Gate = { number: number, of: number, };

export type MethodChoice = { method: Method, destination: Destination | null, };

export type Question = { id: string, };

export type Helpdesk = { name: string, phone: string | null, url: string | null, hours: string | null, };

export type Rule = { "rule": "min_length", value: number, } | { "rule": "max_length", value: number, } | { "rule": "kinds", value: number, } | { "rule": "no_account" } | { "rule": "not_common" } | { "rule": "not_old" } | { "rule": "history", value: number, };

export type Refusal = { "reason": "too_short", value: number, } | { "reason": "too_long", value: number, } | { "reason": "too_few_kinds", value: number, } | { "reason": "contains_account" } | { "reason": "common" } | { "reason": "same_as_old" } | { "reason": "used_before" } | { "reason": "too_soon" } | { "reason": "not_typeable" } | { "reason": "other" };

export type Verdict = "kept" | "broken" | "later";

export type Advice = "keyboard_pattern" | "repeats" | "sequence" | "year" | "date" | "common_word" | "name" | "common_password" | "substitutions" | "add_words" | "uncommon_words";

export type Code = "malformed" | "too_large" | "not_found" | "method_not_allowed" | "unsupported_media_type" | "human_check_failed" | "unauthorized" | "stale" | "not_allowed" | "method_unavailable" | "destination_invalid" | "destination_wrong" | "resend_too_soon" | "code_wrong" | "code_expired" | "code_spent" | "answers_wrong" | "current_password_wrong" | "password_refused" | "idempotency_mismatch" | "rate_limited" | "client_too_old" | "unavailable" | "internal" | "unknown";

export type AppTrouble = "account_missing" | "destination_missing" | "code_missing" | "answers_missing" | "old_password_missing" | "passwords_differ" | "seal_broken";

export type TroubleCode = Code | AppTrouble;

export type Trouble = { code: TroubleCode, attempts_left: number | null, retry_after: number | null, refusals: Array<Refusal>, };

export type CampusView = { name: string, colour: string | null, logo_png: string | null, helpdesk: Helpdesk, account_label: string | null, account_example: string | null, };

export type View = { sequence: number, language: string, campus: CampusView | null, support_code: string | null, gate: Gate | null, can_cancel: boolean, screen: Screen, };

export type Screen = { "screen": "starting" } | { "screen": "identify", intent: Intent, account: string, busy: boolean, error: Trouble | null, } | { "screen": "choose_method", methods: Array<MethodChoice>, chosen: Method | null, destination: string, busy: boolean, error: Trouble | null, } | { "screen": "enter_code", method: Method, length: number, sent_to: string | null, resend_in: number | null, expires_in: number | null, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "answer_questions", questions: Array<Question>, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "new_password", rules: Array<Rule>, busy: boolean, error: Trouble | null, } | { "screen": "change_password", account: string, rules: Array<Rule>, busy: boolean, error: Trouble | null, } | { "screen": "working" } | { "screen": "done", intent: Intent, unlocked: boolean, old_password_may_work_until: string | null, places: PlacesView, } | { "screen": "finish_places", account: string, changed_at: string, busy: boolean, error: Trouble | null, } | { "screen": "blocked", until: string | null, } | { "screen": "cancelled" } | { "screen": "expired" } | { "screen": "offline", retry_in: number, in_flow: boolean, } | { "screen": "unusable", reason: Unusable, };

export type Unusable = "no_server" | "bad_settings" | "too_old" | "not_offered" | "nothing_to_finish";

export type PlacesView = { state: PlacesState, copies: Array<CopyView>, missing: Array<MissingPlace>, };

export type PlacesState = "none" | "looking" | "asking" | "refreshing" | "finished";

export type CopyView = { id: string, place: "secret_service" | "credential_manager" | "keychain", label: string, user: string, target: string | null, held_old: "yes" | "no" | "unknown", outcome: CopyOutcome | null, };

export type CopyOutcome = "updated" | "already_fine" | "locked" | "left_alone" | "gone" | "failed" | "not_verified";

export type MissingPlace = { place: "secret_service" | "credential_manager" | "keychain", locked: boolean, };

export type Sealed = string;

export type SealedAnswer = { id: string, answer: Sealed, };

export type SealKey = { id: string, public: string, };

export type Action = { "action": "identify", account: string, } | { "action": "choose_method", method: Method, destination: string | null, } | { "action": "submit_code", code: Sealed, } | { "action": "resend" } | { "action": "use_another_way" } | { "action": "submit_answers", answers: Array<SealedAnswer>, } | { "action": "submit_password", new: Sealed, confirm: Sealed, } | { "action": "submit_change", account: string, old: Sealed, new: Sealed, confirm: Sealed, } | { "action": "refresh_copies", ids: Array<string>, } | { "action": "unlock_keyring" } | { "action": "finish_places", password: Sealed, } | { "action": "retry" } | { "action": "cancel" } | { "action": "start_over" } | { "action": "close" } | { "action": "language", tag: string, };

export type RatedRule = { rule: Rule, verdict: Verdict, };

export type Rating = { rules: Array<RatedRule>, score: number | null, advice: Array<Advice>, };
