import { afterEach, expect, test } from 'vitest';

import type { Action, Trouble } from '../src/generated/types';
import * as ipc from '../src/ipc.fake';
import { clear, draw, fixture, one, opened, publish, settled, submit, type } from './draw';

afterEach(clear);

const trouble = (code: Trouble['code'], more: Partial<Trouble> = {}): Trouble => ({ code, attempts_left: null, retry_after: null, instead: [], refusals: [], ...more });

test.each<[string, string, Action]>([
  ['manage-empty', '#add-mobile', { action: 'add_means', means: 'mobile' }],
  ['manage-empty', '#add-authenticator', { action: 'add_means', means: 'authenticator' }],
  ['manage-due', '[data-means=mobile] .check', { action: 'check_means', id: 'm1' }],
  ['manage-many', '[data-means=email] .change', { action: 'add_means', means: 'email' }],
  ['manage-many', '[data-means=recovery_codes] .change', { action: 'add_means', means: 'recovery_codes' }],
  ['manage-many', '[data-means=questions] .remove', { action: 'remove_means', id: 'm5' }],
  ['add-mobile', '#back', { action: 'back_to_manage' }],
  ['confirm-mobile', '#back', { action: 'back_to_manage' }],
  ['confirm-mobile-call', '#resend', { action: 'resend' }],
  ['add-authenticator', '#back', { action: 'back_to_manage' }],
  ['add-questions', '#back', { action: 'back_to_manage' }],
  ['recovery-codes', '#save', { action: 'save_codes' }],
  ['recovery-codes', '#back', { action: 'back_to_manage' }],
  ['remove-mobile', '#back', { action: 'back_to_manage' }],
])('on %s the button %s sends what it says', async (name, selector, action) => {
  await draw(fixture(name));
  one<HTMLButtonElement>(selector).click();
  await settled();
  expect(ipc.sent).toEqual([action]);
});

test.each<[string, Action]>([
  ['manage-enough', { action: 'finish_setup' }],
  ['recovery-codes', { action: 'codes_kept' }],
  ['remove-mobile', { action: 'confirm_removal' }],
])('the primary button of %s sends what it says', async (name, action) => {
  await draw(fixture(name));
  expect(await submit()).toEqual(action);
});

test('who has one way back in is warned, and pointed to what works without a number', async () => {
  // RG-07
  await draw(fixture('manage-one'));
  expect(one('.care').textContent).toContain('not enough');
  expect([...document.querySelectorAll('.tag')].map((tag) => tag.closest('button')?.id)).toEqual(['add-authenticator', 'add-recovery_codes']);
  await draw(fixture('manage-enough'));
  expect(document.querySelector('.care, .tag')).toBeNull();
});

test('what the campus asks for is marked until it is set up', async () => {
  // RG-07
  await draw(fixture('manage-wanted'));
  expect(one('.care').textContent).toContain('not enough');
  expect(one('#add-authenticator .tag').textContent).toBe('Your campus asks for it');
  expect(one('#add-recovery_codes .tag').textContent).toBe('Recommended');
});

test('an authenticator and recovery codes are offered wherever something is set up', async () => {
  // TF-11
  for (const name of ['manage-empty', 'manage-one', 'manage-removed']) {
    await draw(fixture(name));
    expect([name, document.querySelector('#add-authenticator') !== null, document.querySelector('#add-recovery_codes') !== null]).toEqual([name, true, true]);
  }
  for (const name of ['add-mobile', 'add-office']) {
    await draw(fixture(name));
    expect(one('#risk').textContent).toMatch(/authenticator app.*recovery codes/);
  }
  await draw(fixture('add-email'));
  expect(document.querySelector('#risk')).toBeNull();
});

test('what the campus keeps can be checked but neither changed nor removed', async () => {
  await draw(fixture('manage-fixed'));
  const office = one('[data-means=office]');
  expect([...office.querySelectorAll('button')].map(({ className }) => className)).toEqual(['small check']);
  expect(office.textContent).toContain('Kept by your campus');
  expect(one('[data-means=mobile]').querySelector('button')).toBeNull();
});

test('every button of a way says which way it is about', async () => {
  await draw(fixture('manage-many'));
  for (const button of document.querySelectorAll('.ways button')) {
    const about = document.getElementById(button.getAttribute('aria-describedby') ?? '');
    expect(about?.closest('li')).toBe(button.closest('li'));
  }
});

test('what has been done is said when the list comes back', async () => {
  await draw(fixture('manage-added'));
  expect(one('.said').textContent).toBe('Your recovery codes are set up.');
});

test('the number goes with the way in which its code should come', async () => {
  await draw(fixture('add-mobile'));
  type('#destination', ' +1 202 555 0134 ');
  one<HTMLInputElement>('input[value=call_mobile]').click();
  await settled();
  expect(await submit()).toEqual({ action: 'submit_destination', method: 'call_mobile', destination: '+1 202 555 0134' });
});

test('where there is one way only, nobody is asked about it', async () => {
  await draw(fixture('add-email'));
  expect(document.querySelector('input[type=radio]')).toBeNull();
  type('#destination', 'ada@home.example');
  expect(await submit()).toEqual({ action: 'submit_destination', method: 'email', destination: 'ada@home.example' });
});

test.each(['confirm-mobile', 'add-authenticator'])('the code on %s goes sealed, as it is meant', async (name) => {
  // AX-05
  await draw(fixture(name));
  expect(one<HTMLInputElement>('#code').autocomplete).toBe('one-time-code');
  type('#code', '271 828');
  const action = (await submit()) as Extract<Action, { action: 'submit_code' }>;
  expect(await opened(action.code)).toBe('271828');
});

test.each([
  ['enter-code-recovery', 'QF7M-2XKD-9TRW-H4PB', 'QF7M2XKD9TRWH4PB'],
  ['enter-code-pass', 'k7m4p x9qrt', 'k7m4px9qrt'],
])('the letters of a code on %s stay', async (name, typed, meant) => {
  await draw(fixture(name));
  expect(one<HTMLInputElement>('#code').inputMode).toBe('text');
  type('#code', typed);
  const action = (await submit()) as Extract<Action, { action: 'submit_code' }>;
  expect(await opened(action.code)).toBe(meant);
});

test('a code that nobody sends is never said to have a newer one', async () => {
  for (const name of ['enter-code-recovery-wrong', 'enter-code-pass-expired', 'enter-code-pass-spent', 'add-authenticator-wrong']) {
    await draw(fixture(name));
    expect(one('#error').textContent).not.toMatch(/new code|newest/);
  }
});

test('every dark module of the QR code is drawn once, with the margin around it that cameras need', async () => {
  const view = fixture('add-authenticator');
  const { qr, secret } = view.screen as { qr: string[]; secret: string };
  await draw(view);
  const drawing = one<HTMLElement>('svg.qr');
  expect(drawing.getAttribute('role')).toBe('img');
  expect(drawing.getAttribute('aria-label')).toMatch(/QR/);
  expect(drawing.getAttribute('viewBox')).toBe(`-4 -4 ${qr.length + 8} ${qr.length + 8}`);
  const drawn = qr.map((row) => [...row].map(() => '0'));
  for (const [, x, y, width] of (drawing.querySelector('path')?.getAttribute('d') ?? '').matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let column = 0; column < Number(width); column += 1) drawn[Number(y)]![Number(x) + column] = '1';
  }
  expect(drawn.map((row) => row.join(''))).toEqual(qr);
  expect(one('#key').textContent).toContain(secret);
});

test('questions are chosen once each, and the answers go sealed', async () => {
  await draw(fixture('add-questions'));
  choose(0, 'first_school');
  choose(1, 'favourite_book');
  choose(2, 'first_pet');
  await settled();
  const second = one<HTMLSelectElement>('#question-1');
  expect([...second.options].filter(({ disabled }) => disabled).map(({ value }) => value).sort()).toEqual(['first_pet', 'first_school']);
  ['Hill Road', 'Momo', 'Biscuit'].forEach((answer, index) => type(`#answer-${index}`, answer));
  const action = (await submit()) as Extract<Action, { action: 'submit_new_answers' }>;
  expect(JSON.stringify(ipc.sent)).not.toMatch(/Momo|Biscuit/);
  const plain = await Promise.all(action.answers.map(async ({ id, answer }) => [id, await opened(answer)]));
  expect(plain).toEqual([['first_school', 'Hill Road'], ['favourite_book', 'Momo'], ['first_pet', 'Biscuit']]);
});

test('a question that was not chosen gets the focus, and then an answer that is missing', async () => {
  const view = fixture('add-questions');
  await draw(view);
  choose(0, 'first_pet');
  await submit();
  await publish(view, { sequence: 2 }, { error: trouble('answers_missing') } as never);
  expect(document.activeElement).toBe(one('#question-1'));
  choose(1, 'first_school');
  choose(2, 'first_concert');
  type('#answer-0', 'Biscuit');
  await submit();
  await publish(view, { sequence: 3 }, { error: null } as never);
  await publish(view, { sequence: 4 }, { error: trouble('answers_missing') } as never);
  expect(document.activeElement).toBe(one('#answer-1'));
});

test('each refused answer has its reason beside it, the first has the focus, and all stay', async () => {
  // SQ-02
  const view = fixture('add-questions');
  await draw(view);
  ['first_pet', 'first_school', 'first_concert'].forEach((id, index) => choose(index, id));
  ['ab', 'Hill Road', 'Hill Road'].forEach((answer, index) => type(`#answer-${index}`, answer));
  await submit();
  const refusals = [{ id: 'first_concert', reason: 'repeated' }, { id: 'first_pet', reason: 'too_short' }];
  await publish(view, { sequence: 2 }, { error: trouble('answers_refused'), refusals } as never);
  expect(document.activeElement).toBe(one('#answer-0'));
  expect(one('#refusal-0').dataset.reason).toBe('too_short');
  expect(one('#refusal-2').dataset.reason).toBe('repeated');
  expect(one('#answer-0').getAttribute('aria-describedby')).toContain('refusal-0');
  expect([0, 1, 2].map((index) => one(`#answer-${index}`).getAttribute('aria-invalid'))).toEqual(['true', 'false', 'true']);
  expect([0, 1, 2].map((index) => one<HTMLInputElement>(`#answer-${index}`).value)).toEqual(['ab', 'Hill Road', 'Hill Road']);
});

test('answers can be looked at and hidden again', async () => {
  await draw(fixture('add-questions'));
  const types = () => [0, 1, 2].map((index) => one<HTMLInputElement>(`#answer-${index}`).type);
  one<HTMLButtonElement>('#show-answers').click();
  await settled();
  expect(types()).toEqual(['text', 'text', 'text']);
  one<HTMLButtonElement>('#show-answers').click();
  await settled();
  expect(types()).toEqual(['password', 'password', 'password']);
});

test('the recovery codes are a list, are printed by the system, and where they were saved is said', async () => {
  const view = fixture('recovery-codes');
  const { codes } = view.screen as { codes: string[] };
  await draw(view);
  expect([...document.querySelectorAll('ol.codes li')].map(({ textContent }) => textContent)).toEqual(codes);
  one<HTMLButtonElement>('#print').click();
  await settled();
  expect(ipc.sent).toEqual([{ action: 'print_codes' }]);
  await publish(view, { sequence: 2 }, { saved_to: '/home/ada/Recovery codes.txt' } as never);
  expect(one('.said').textContent).toContain('/home/ada/Recovery codes.txt');
});

function choose(index: number, id: string): void {
  const select = one<HTMLSelectElement>(`#question-${index}`);
  select.value = id;
  select.dispatchEvent(new Event('change', { bubbles: true }));
}
