import type { MsgId } from './generated/messages';
import type { Trouble, TroubleCode } from './generated/types';
import { moment, t } from './text.svelte';

/** The message of each code. Where the number of tries or the wait is known, `-left` and `-wait` say it too. */
const MESSAGES: Record<TroubleCode, MsgId> = {
  account_missing: 'trouble-account_missing',
  account_too_long: 'trouble-account_too_long',
  characters_missing: 'trouble-characters_missing',
  destination_missing: 'trouble-destination_missing',
  code_missing: 'trouble-code_missing',
  answers_missing: 'trouble-answers_missing',
  questions_repeated: 'trouble-questions_repeated',
  not_saved: 'trouble-not_saved',
  old_password_missing: 'trouble-old_password_missing',
  passwords_differ: 'trouble-passwords_differ',
  seal_broken: 'trouble-seal_broken',
  human_check_failed: 'trouble-human_check_failed',
  method_unavailable: 'trouble-method_unavailable',
  destination_invalid: 'trouble-destination_invalid',
  destination_wrong: 'trouble-destination_wrong',
  destination_not_allowed: 'trouble-destination_not_allowed',
  resend_too_soon: 'trouble-resend_too_soon',
  code_wrong: 'trouble-code_wrong',
  code_expired: 'trouble-code_expired',
  code_spent: 'trouble-code_spent',
  answers_wrong: 'trouble-answers_wrong',
  answers_refused: 'trouble-answers_refused',
  current_password_wrong: 'trouble-current_password_wrong',
  password_refused: 'trouble-password_refused',
  proof_needed: 'trouble-proof_needed',
  means_unavailable: 'trouble-means_unavailable',
  notice_unknown: 'trouble-notice_unknown',
  rate_limited: 'trouble-rate_limited',
  client_too_old: 'trouble-client_too_old',
  unavailable: 'trouble-unavailable',
  suspended: 'trouble-suspended',
  stale: 'trouble-stale',
  not_allowed: 'trouble-stale',
  unauthorized: 'trouble-unauthorized',
  malformed: 'trouble-internal',
  too_large: 'trouble-internal',
  not_found: 'trouble-internal',
  method_not_allowed: 'trouble-internal',
  unsupported_media_type: 'trouble-internal',
  idempotency_mismatch: 'trouble-internal',
  internal: 'trouble-internal',
  unknown: 'trouble-internal',
};

/**
 * What a screen knows of its error: that it shows characters, or that it asks for a code which nobody sends, so that
 * there is no newer one to ask for.
 */
export type About = 'characters' | 'own_code';

/** What went wrong and what to do next; `since` is when the server said so, in milliseconds. */
export function troubleText({ code, attempts_left: left, retry_after: wait, refusals }: Trouble, since: number, about?: About): string {
  if (about === 'characters' && code === 'human_check_failed') return t('trouble-human_check_failed-characters');
  if (about === 'own_code') {
    if (code === 'code_expired') return t('trouble-code_expired-own');
    if (code === 'code_spent') return t('trouble-code_spent-own');
    if (code === 'code_wrong') return left === null ? t('trouble-code_wrong-own') : t('trouble-code_wrong-own-left', { left });
  }
  if (code === 'password_refused' && refusals.length === 0) return t('trouble-password_refused-other');
  if (wait !== null) {
    if (code === 'rate_limited') return t('trouble-rate_limited-until', { time: moment(minuteAfter(since + wait * 1000)) });
    if (code === 'resend_too_soon') return t('trouble-resend_too_soon-wait', { seconds: wait });
  }
  if (left !== null) {
    if (code === 'code_wrong') return t('trouble-code_wrong-left', { left });
    if (code === 'answers_wrong') return t('trouble-answers_wrong-left', { left });
    if (code === 'destination_wrong') return t('trouble-destination_wrong-left', { left });
    if (code === 'current_password_wrong') return t('trouble-current_password_wrong-left', { left });
  }
  return t(MESSAGES[code]);
}

const MINUTE_MS = 60_000;

/** The next full minute, as a clock shows it: who comes then is not too early. */
function minuteAfter(time: number): string {
  return new Date(Math.ceil(time / MINUTE_MS) * MINUTE_MS).toISOString();
}
