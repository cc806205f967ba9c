// Written by a test from the Rust types; do not edit.

export type Intent = "reset" | "unlock" | "change" | "register";

export type Means = "mobile" | "office" | "email" | "authenticator" | "questions" | "recovery_codes";

export type Method = "text_mobile" | "call_mobile" | "call_office" | "email" | "totp" | "questions" | "recovery_code" | "helpdesk_pass" | "current_password";

export type Destination = "phone" | "email";

export type Gate = { 
/**
 * From 1.
 */
number: number, of: number, };

export type MethodChoice = { method: Method, destination: Destination | null, };

export type Question = { id: string, };

export type Registered = { 
/**
 * Names it in calls; of no meaning otherwise.
 */
id: string, means: Means, 
/**
 * As much of a number or address as its owner needs to know it: `… 34`, `a…@home.example`.
 */
hint: string | null, 
/**
 * The directory keeps it: shown here, changed elsewhere.
 */
fixed: boolean, 
/**
 * It has not been confirmed for so long that it should be again.
 */
due: boolean, 
/**
 * Recovery codes that have not been used.
 */
left: number | null, };

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

export type Advice = "edge_blank" | "keyboard_pattern" | "repeats" | "sequence" | "year" | "date" | "common_word" | "name" | "common_password" | "substitutions" | "add_words" | "uncommon_words";

export type AnswerReason = "too_short" | "too_long" | "repeated" | "in_question" | "known" | "common";

export type AnswerRefusal = { 
/**
 * Of the question.
 */
id: string, reason: AnswerReason, };

export type Code = "malformed" | "too_large" | "not_found" | "method_not_allowed" | "unsupported_media_type" | "human_check_failed" | "unauthorized" | "stale" | "not_allowed" | "method_unavailable" | "destination_invalid" | "destination_wrong" | "destination_not_allowed" | "resend_too_soon" | "code_wrong" | "code_expired" | "code_spent" | "answers_wrong" | "answers_refused" | "current_password_wrong" | "password_refused" | "proof_needed" | "means_unavailable" | "notice_unknown" | "idempotency_mismatch" | "rate_limited" | "client_too_old" | "unavailable" | "suspended" | "internal" | "unknown";

export type AppTrouble = "account_missing" | "account_too_long" | "characters_missing" | "destination_missing" | "code_missing" | "answers_missing" | "questions_repeated" | "not_saved" | "old_password_missing" | "passwords_differ" | "seal_broken";

export type TroubleCode = AppTrouble | Code;

export type Trouble = { code: TroubleCode, attempts_left: number | null, 
/**
 * Seconds from when the server said it.
 */
retry_after: number | null, 
/**
 * Methods of this gate that go on working although this one does not.
 */
instead: Array<Method>, refusals: Array<Refusal>, };

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
support_code: string | null, gate: Gate | null, can_cancel: boolean, 
/**
 * Seconds from when this view was made until the flow ends because nobody does anything; absent where none runs.
 */
ends_in: number | null, screen: Screen, };

export type Case = "forgotten" | "never_received" | "locked_out" | "change" | "register";

export type Revealed = string;

export type CharactersView = { picture_png: string, sound_wav: string, length: number, };

export type FeedbackState = "absent" | "open" | "given";

export type Said = { what: Deal, means: Means, };

export type Deal = "added" | "checked" | "removed";

export type Lost = "network" | "clock" | "certificate" | "suspended";

export type Screen = { "screen": "starting" } | { "screen": "start", cases: Array<Case>, } | { "screen": "elsewhere" } | { "screen": "not_me", busy: boolean, error: Trouble | null, } | { "screen": "not_me_done", 
/**
 * Whether a change of what is set up was undone.
 */
undone: boolean, } | { "screen": "identify", case: Case, account: string, 
/**
 * Who is signed in to the workstation, where that is a campus account.
 */
known_account: string | null, characters: CharactersView | null, busy: boolean, error: Trouble | null, } | { "screen": "sign_in", account: string, known_account: string | null, 
/**
 * The account is certain: it was asked before and the last proof is too old by now.
 */
again: boolean, busy: boolean, error: Trouble | null, } | { "screen": "choose_method", methods: Array<MethodChoice>, chosen: Method | null, destination: string, busy: boolean, error: Trouble | null, } | { "screen": "enter_code", method: Method, length: number, 
/**
 * What the person typed; a number as it is dialled (F3).
 */
sent_to: string | null, 
/**
 * Seconds from when this view was made.
 */
resend_in: number | null, expires_in: number | null, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "answer_questions", questions: Array<Question>, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "new_password", 
/**
 * For password managers, which save a password under a name.
 */
account: string, rules: Array<Rule>, 
/**
 * Random words to take, where they were asked for.
 */
passphrase: Revealed | null, busy: boolean, error: Trouble | null, } | { "screen": "change_password", account: string, known_account: string | null, rules: Array<Rule>, passphrase: Revealed | null, busy: boolean, error: Trouble | null, } | { "screen": "working", 
/**
 * It has not been for so long that the person is told how to go on without it.
 */
late: boolean, } | { "screen": "done", case: Case, unlocked: boolean, 
/**
 * Another server of the directory may still hold the lock.
 */
may_be_locked_elsewhere: boolean, old_password_may_work_until: string | null, places: PlacesView, 
/**
 * In place of the recovery code that was used.
 */
replacement: Revealed | null, 
/**
 * What can get the person back in from now on, where that is what they came for.
 */
set_up: SetUp | null, feedback: FeedbackState, } | { "screen": "manage", registered: Array<Registered>, addable: Array<Means>, 
/**
 * Whether it is enough.
 */
enough: boolean, 
/**
 * What the campus asks for and is not set up yet.
 */
wanted: Array<Means>, 
/**
 * What has just been done.
 */
said: Said | null, busy: boolean, error: Trouble | null, } | { "screen": "add_destination", means: Means, 
/**
 * How its code may travel, where there is a choice.
 */
confirm_by: Array<Method>, chosen: Method | null, destination: string, busy: boolean, error: Trouble | null, } | { "screen": "confirm_means", means: Means, method: Method, length: number, sent_to: string | null, resend_in: number | null, expires_in: number | null, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "add_authenticator", 
/**
 * In groups of four, as it is typed.
 */
secret: Revealed, 
/**
 * Rows of the QR code from top to bottom, `1` for a dark module; without the quiet zone.
 */
qr: Array<Revealed>, attempts_left: number, busy: boolean, error: Trouble | null, } | { "screen": "add_questions", catalogue: Array<Question>, 
/**
 * How many have to be chosen and answered.
 */
wanted: number, refusals: Array<AnswerRefusal>, busy: boolean, error: Trouble | null, } | { "screen": "recovery_codes", codes: Array<Revealed>, 
/**
 * The file that they were saved into.
 */
saved_to: string | null, busy: boolean, error: Trouble | null, } | { "screen": "remove_means", registered: Registered, busy: boolean, error: Trouble | null, } | { "screen": "helpdesk", version: string, } | { "screen": "finish_places", account: string, changed_at: string, busy: boolean, error: Trouble | null, } | { "screen": "blocked", until: string | null, } | { "screen": "cancelled" } | { "screen": "expired" } | { "screen": "uncertain" } | { "screen": "offline", retry_in: number, in_flow: boolean, why: Lost, } | { "screen": "unusable", reason: Unusable, };

export type Unusable = "no_server" | "bad_settings" | "too_old" | "not_offered" | "nothing_to_finish";

export type PlacesView = { 
/**
 * Of the app: a report for the helpdesk begins with it.
 */
version: string, 
/**
 * When the directory took the new password; absent where this flow changed none.
 */
changed_at: string | null, state: PlacesState, 
/**
 * What concerns the person most comes first.
 */
rows: Array<RowView>, 
/**
 * Places that could not be looked into, or not wholly, so that nobody takes silence for "nothing there".
 */
missing: Array<PlaceState>, 
/**
 * Something is locked, and the app can still go on once it is unlocked.
 */
may_unlock: boolean, 
/**
 * Something is left to do, which the tray offers later.
 */
left: boolean, };

export type PlacesState = "none" | "looking" | "asking" | "refreshing" | "finished";

export type RowView = { copy: Copy, 
/**
 * Absent until it has been dealt with.
 */
outcome: Outcome | null, 
/**
 * It waits for the person's tick.
 */
may_tick: boolean, 
/**
 * It is being changed right now.
 */
at_work: boolean, 
/**
 * The person had it changed a moment ago and can have it as it was.
 */
may_put_back: boolean, 
/**
 * It failed and can be tried once more.
 */
may_retry: boolean, };

export type Copy = { 
/**
 * The same on every look; opaque to everybody but its place.
 */
id: string, place: PlaceKind, 
/**
 * The entry's own title; empty where a locked place hides it.
 */
label: string, 
/**
 * The user name that is saved with it, if there is one.
 */
user: string | null, 
/**
 * The server or program that it is for, so that people recognise it.
 */
target: string | null, standing: Standing, };

export type Standing = "proven" | "choice" | "no_password" | "fine" | "locked" | "old_opens";

export type Outcome = "updated" | "renewed" | "unverified" | "already_fine" | "left_alone" | "put_back" | "gone" | "needs_unlock" | "needs_tick" | "needs_answer" | "old_opens" | "not_yet" | "unreachable" | "unknown" | "refused" | "not_kept" | "not_yours";

export type PlaceKind = "login_keyring" | "secret_service" | "credential_manager" | "keychain" | "networks" | "drives" | "tickets" | "offline_sign_in" | "campus_program";

export type PlaceState = { place: PlaceKind, 
/**
 * The program that answers, where it says its name: `KeePassXC`.
 */
name: string | null, 
/**
 * A part of it is locked: more copies may be in it than are listed.
 */
locked: boolean, error: PlaceError | null, };

export type PlaceError = "unreachable" | "timed_out" | "refused" | "declined" | "broken";

export type Sealed = string;

export type TypedAnswer = { id: string, answer: Sealed, };

export type SetUp = { registered: Array<Registered>, enough: boolean, };

export type SealKey = { 
/**
 * Base64 of 8 bytes.
 */
id: string, 
/**
 * Base64 of the 65 bytes of an uncompressed P-256 point.
 */
public: string, };

export type Action = { "action": "choose_case", case: Case, } | { "action": "show_elsewhere" } | { "action": "show_not_me" } | { "action": "submit_not_me", code: Sealed, } | { "action": "back_to_start" } | { "action": "identify", account: string, 
/**
 * The characters, where some are shown.
 */
characters: string | null, } | { "action": "other_characters" } | { "action": "skip_characters" } | { "action": "sign_in", account: string, password: Sealed, } | { "action": "stay" } | { "action": "make_passphrase" } | { "action": "add_means", means: Means, } | { "action": "submit_destination", method: Method | null, destination: string, } | { "action": "submit_new_answers", answers: Array<TypedAnswer>, } | { "action": "print_codes" } | { "action": "save_codes" } | { "action": "codes_kept" } | { "action": "check_means", id: string, } | { "action": "remove_means", id: string, } | { "action": "confirm_removal" } | { "action": "back_to_manage" } | { "action": "finish_setup" } | { "action": "feedback", helpful: boolean, text: string | null, } | { "action": "choose_method", method: Method, destination: string | null, } | { "action": "submit_code", code: Sealed, } | { "action": "resend" } | { "action": "use_another_way" } | { "action": "submit_answers", answers: Array<TypedAnswer>, } | { "action": "submit_password", new: Sealed, confirm: Sealed, } | { "action": "submit_change", account: string, old: Sealed, new: Sealed, confirm: Sealed, } | { "action": "refresh_copies", ids: Array<string>, } | { "action": "leave_copies" } | { "action": "leave_for_good" } | { "action": "put_back", id: string, } | { "action": "retry_copy", id: string, } | { "action": "unlock_keyring" } | { "action": "finish_places", password: Sealed, 
/**
 * The old password, where the person still knows it: what held it need not be asked about.
 */
old: Sealed | null, } | { "action": "retry" } | { "action": "cancel" } | { "action": "start_over" } | { "action": "close" } | { "action": "language", tag: string, };

export type RatedRule = { rule: Rule, verdict: Verdict, };

export type Rating = { rules: Array<RatedRule>, 
/**
 * 0 to 4; absent while nothing is typed.
 */
score: number | null, advice: Array<Advice>, };
