// Written by a test from the Rust types; do not edit.

export type Intent = "reset" | "unlock" | "change" | "register";

export type Method = "text_mobile" | "call_mobile" | "call_office" | "email" | "totp" | "questions" | "recovery_code" | "current_password";

export type Destination = "phone" | "email";

export type Gate = { 
/**
 * From 1.
 */
number: number, of: number, };

export type MethodChoice = { method: Method, destination: Destination | null, };

export type Question = { id: string, };

export type Helpdesk = { name: string, 
/**
 * As people dial it, for example `858-635-4357, option 1`.
 */
phone: string | null, url: string | null, 
/**
 * As people read it, for example `Mon–Fri 7:00–18:00`.
 */
hours: string | null, };

export type Rule = { "rule": "min_length", value: number, } | { "rule": "max_length", value: number, } | { "rule": "kinds", value: number, } | { "rule": "no_account" } | { "rule": "not_common" } | { "rule": "not_old" } | { "rule": "history", value: number, };

export type Refusal = { "reason": "too_short", value: number, } | { "reason": "too_long", value: number, } | { "reason": "too_few_kinds", value: number, } | { "reason": "contains_account" } | { "reason": "common" } | { "reason": "same_as_old" } | { "reason": "used_before" } | { "reason": "too_soon" } | { "reason": "not_typeable" } | { "reason": "other" };

export type Verdict = "kept" | "broken" | "later";

export type Advice = "keyboard_pattern" | "repeats" | "sequence" | "year" | "date" | "common_word" | "name" | "common_password" | "substitutions" | "add_words" | "uncommon_words";

export type Code = "malformed" | "too_large" | "not_found" | "method_not_allowed" | "unsupported_media_type" | "human_check_failed" | "unauthorized" | "stale" | "not_allowed" | "method_unavailable" | "destination_invalid" | "destination_wrong" | "resend_too_soon" | "code_wrong" | "code_expired" | "code_spent" | "answers_wrong" | "current_password_wrong" | "password_refused" | "idempotency_mismatch" | "rate_limited" | "client_too_old" | "unavailable" | "internal" | "unknown";

export type AppTrouble = "account_missing" | "destination_missing" | "code_missing" | "answers_missing" | "old_password_missing" | "passwords_differ" | "seal_broken";

export type TroubleCode = AppTrouble | Code;

export type Trouble = { code: TroubleCode, attempts_left: number | null, 
/**
 * Seconds.
 */
retry_after: number | null, refusals: Array<Refusal>, };

export type CampusView = { name: string, colour: string | null, logo_png: string | null, helpdesk: Helpdesk, 
/**
 * What the campus calls the user ID in the window's language, where it has its own word.
 */
account_label: string | null, account_example: string | null, };

export type View = { 
/**
 * Grows with every change, so that an old answer never overwrites a newer one.
 */
sequence: number, 
/**
 * The language of the window, by tag; the pages have its texts and its direction.
 */
language: string, 
/**
 * Absent until the server has answered for the first time.
 */
campus: CampusView | null, 
/**
 * What the helpdesk asks for: the public id of the flow.
 */
support_code: string | null, gate: Gate | null, can_cancel: boolean, screen: Screen, };

export type Screen = { "screen": "starting" } | { "screen": "identify", intent: Intent, account: string, busy: boolean, error: Trouble | null, } | { "screen": "choose_method", methods: Array<MethodChoice>, chosen: Method | null, destination: string, busy: boolean, error: Trouble | null, } | { "screen": "enter_code", method: Method, length: number, 
/**
 * As the person typed it.
 */
sent_to: string | null, 
/**
 * Seconds from when this view was made.
 */
resend_in: number | null, expires_in: number | null, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "answer_questions", questions: Array<Question>, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "new_password", rules: Array<Rule>, busy: boolean, error: Trouble | null, } | { "screen": "change_password", account: string, rules: Array<Rule>, busy: boolean, error: Trouble | null, } | { "screen": "working" } | { "screen": "done", intent: Intent, unlocked: boolean, old_password_may_work_until: string | null, places: PlacesView, } | { "screen": "finish_places", account: string, changed_at: string, busy: boolean, error: Trouble | null, } | { "screen": "blocked", until: string | null, } | { "screen": "cancelled" } | { "screen": "expired" } | { "screen": "offline", retry_in: number, in_flow: boolean, } | { "screen": "unusable", reason: Unusable, };

export type Unusable = "no_server" | "bad_settings" | "too_old" | "not_offered" | "nothing_to_finish";

export type PlacesView = { state: PlacesState, copies: Array<CopyView>, 
/**
 * Places that could not be looked into, so that nobody takes silence for "nothing there".
 */
missing: Array<MissingPlace>, };

export type PlacesState = "none" | "looking" | "asking" | "refreshing" | "finished";

export type CopyView = { id: string, place: "secret_service" | "credential_manager" | "keychain", label: string, user: string, target: string | null, 
/**
 * `yes` only for a copy that is certainly the person's: those are refreshed without asking.
 */
held_old: "yes" | "no" | "unknown", 
/**
 * Absent until it has been dealt with.
 */
outcome: CopyOutcome | null, };

export type CopyOutcome = "updated" | "already_fine" | "locked" | "left_alone" | "gone" | "failed" | "not_verified";

export type MissingPlace = { place: "secret_service" | "credential_manager" | "keychain", 
/**
 * It is there but locked: unlocking shows what is in it.
 */
locked: boolean, };

export type Sealed = string;

export type SealedAnswer = { id: string, answer: Sealed, };

export type SealKey = { 
/**
 * Base64 of 8 bytes.
 */
id: string, 
/**
 * Base64 of the 65 bytes of an uncompressed P-256 point.
 */
public: string, };

export type Action = { "action": "identify", account: string, } | { "action": "choose_method", method: Method, destination: string | null, } | { "action": "submit_code", code: Sealed, } | { "action": "resend" } | { "action": "use_another_way" } | { "action": "submit_answers", answers: Array<SealedAnswer>, } | { "action": "submit_password", new: Sealed, confirm: Sealed, } | { "action": "submit_change", account: string, old: Sealed, new: Sealed, confirm: Sealed, } | { "action": "refresh_copies", ids: Array<string>, } | { "action": "unlock_keyring" } | { "action": "finish_places", password: Sealed, } | { "action": "retry" } | { "action": "cancel" } | { "action": "start_over" } | { "action": "close" } | { "action": "language", tag: string, };

export type RatedRule = { rule: Rule, verdict: Verdict, };

export type Rating = { rules: Array<RatedRule>, 
/**
 * 0 to 4; absent while nothing is typed.
 */
score: number | null, advice: Array<Advice>, };
