import { afterEach, expect, test, vi } from 'vitest';

import type { Action, Screen, Trouble, View } from '../src/generated/types';
import * as ipc from '../src/ipc.fake';
import { LANGUAGES } from '../src/text.svelte';
import { clear, draw, fixture, one, opened, publish, settled, submit, type, until } from './draw';

const SECRET = 'violet tractor onion mail';

afterEach(async () => {
  vi.restoreAllMocks();
  await clear();
});

const trouble = (code: Trouble['code'], more: Partial<Trouble> = {}): Trouble => ({ code, attempts_left: null, retry_after: null, instead: [], refusals: [], ...more });

test('the user ID is sent without the spaces around it', async () => {
  await draw(fixture('identify-forgotten'));
  type('#account', '  ada ');
  expect(await submit()).toEqual({ action: 'identify', account: 'ada', characters: null });
});

test('the chosen method goes with the full number', async () => {
  await draw(fixture('choose-method'));
  one<HTMLInputElement>('input[name=method][value=call_mobile]').click();
  await settled();
  type('#destination', '+1 202 555 0134');
  expect(await submit()).toEqual({ action: 'choose_method', method: 'call_mobile', destination: '+1 202 555 0134' });
});

test('a number that was typed is not asked for again when another method is chosen', async () => {
  // AX-03
  await draw(fixture('choose-method'));
  type('#destination', '+1 202 555 0134');
  for (const method of ['questions', 'email', 'call_mobile']) {
    one<HTMLInputElement>(`input[name=method][value=${method}]`).click();
    await settled();
  }
  expect(one<HTMLInputElement>('#destination').value).toBe('+1 202 555 0134');
});

test('a method that sends nothing has no field', async () => {
  await draw(fixture('choose-method'));
  one<HTMLInputElement>('input[name=method][value=totp]').click();
  await settled();
  expect(document.querySelector('#destination')).toBeNull();
  expect(await submit()).toEqual({ action: 'choose_method', method: 'totp', destination: null });
});

test.each(['3141 5926', ' 31415926\n', '٣١٤١٥٩٢٦', '\u206631415926\u2069'.replace(/[\u2066\u2069]/g, '\u200e')])('a pasted code is understood: %s', async (pasted) => {
  // AX-05
  await draw(fixture('enter-code'));
  expect(one<HTMLInputElement>('#code').autocomplete).toBe('one-time-code');
  type('#code', pasted);
  const action = (await submit()) as Extract<Action, { action: 'submit_code' }>;
  expect(await opened(action.code)).toBe('31415926');
});

test('answers go sealed, each under its question', async () => {
  await draw(fixture('answer-questions'));
  type('#answer-first_pet', 'Biscuit');
  type('#answer-favourite_teacher', 'Ms Okafor');
  const action = (await submit()) as Extract<Action, { action: 'submit_answers' }>;
  const plain = await Promise.all(action.answers.map(async ({ id, answer }) => [id, await opened(answer)]));
  expect(plain).toEqual([['first_pet', 'Biscuit'], ['grandmother_town', ''], ['favourite_teacher', 'Ms Okafor']]);
});

test('no password leaves the page in the clear', async () => {
  // SM-02
  await draw(fixture('change-password'));
  type('#old-password', 'the old one 1');
  type('#new-password', SECRET);
  type('#confirm-password', `${SECRET}!`);
  const action = (await submit()) as Extract<Action, { action: 'submit_change' }>;
  await until(() => ipc.rated.length > 0);
  expect([await opened(action.old), await opened(action.new), await opened(action.confirm)]).toEqual(['the old one 1', SECRET, `${SECRET}!`]);
  const all = JSON.stringify([ipc.sent, ipc.rated]);
  for (const secret of [SECRET, 'the old one 1']) {
    expect(all).not.toContain(secret);
    expect(all).not.toContain(btoa(secret));
  }
});

test('secrets are gone from the page when the next screen comes', async () => {
  const view = fixture('new-password');
  await draw(view);
  type('#new-password', SECRET);
  type('#confirm-password', SECRET);
  await submit();
  await publish(view, { sequence: 2, screen: { screen: 'working', late: false } });
  expect(document.querySelector('input')).toBeNull();
  const again = await publish(view, { sequence: 3 });
  expect(again.screen.screen).toBe('new_password');
  expect(one<HTMLInputElement>('#new-password').value).toBe('');
});

test('the second gate starts with empty fields and the focus on its heading', async () => {
  const view = fixture('choose-method');
  await draw(view);
  type('#destination', '+1 202 555 0134');
  one('#destination').focus();
  await publish(view, { sequence: 2, gate: { number: 2, of: 2 } });
  expect(document.activeElement).toBe(one('h1'));
  expect(one<HTMLInputElement>('#destination').value).toBe('');
  expect(one('.steps').textContent).toMatch(/step \W?2\W? of \W?2/);
});

test.each<[string, string, Trouble, string]>([
  ['identify-forgotten', '#account', trouble('account_missing'), '#account'],
  ['choose-method', '#destination', trouble('destination_wrong', { attempts_left: 3 }), '#destination'],
  ['enter-code', '#code', trouble('code_wrong', { attempts_left: 4 }), '#code'],
  ['enter-code', '#code', trouble('code_expired'), '#resend'],
  ['answer-questions', '#answer-first_pet', trouble('answers_missing'), '#answer-grandmother_town'],
  ['new-password', '#new-password', trouble('password_refused', { refusals: [{ reason: 'common' }] }), '#new-password'],
  ['new-password', '#new-password', trouble('passwords_differ'), '#confirm-password'],
  ['change-password', '#old-password', trouble('current_password_wrong'), '#old-password'],
  ['finish-places', '#new-password', trouble('current_password_wrong'), '#new-password'],
])('on %s what was typed into %s survives an error, which takes the focus to the field it is about', async (name, field, error, focus) => {
  // AX-03
  const view = fixture(name);
  await draw(view);
  type(field, '271828');
  await submit();
  await publish(view, { sequence: 2 }, { busy: true } as never);
  expect(one('button[type=submit]').ariaDisabled ?? one('button[type=submit]').getAttribute('aria-disabled')).toBe('true');
  await publish(view, { sequence: 3 }, { busy: false, error } as never);
  expect(one<HTMLInputElement>(field).value).toBe('271828');
  expect(document.activeElement).toBe(one(focus));
  expect(one('#error').dataset.code).toBe(error.code);
  if (focus !== '#resend') expect(one(focus).getAttribute('aria-describedby')).toContain('error');
});

test('a second press while the answer is on its way sends nothing', async () => {
  await draw(fixture('identify-forgotten'));
  type('#account', 'ada');
  await submit();
  one<HTMLButtonElement>('button[type=submit]').click();
  await settled();
  expect(ipc.sent).toHaveLength(1);
});

test('a press that gets lost says so and can be repeated', async () => {
  await draw(fixture('new-password'));
  vi.spyOn(ipc, 'key').mockRejectedValueOnce(new Error('no key'));
  one<HTMLButtonElement>('button[type=submit]').click();
  await until(() => document.querySelector('#error') !== null);
  expect(one('#error').dataset.code).toBe('seal_broken');
  expect((await submit()).action).toBe('submit_password');
  expect(document.querySelector('#error')).toBeNull();
});

test('the rules tick while typing, and the last thing typed is what counts', async () => {
  // PW-14
  const rules = [{ rule: 'min_length', value: 12 } as const];
  await draw(fixture('new-password'));
  expect(one('[data-rule=min_length]').dataset.verdict).toBeUndefined();
  ipc.rateAs({ rules: [{ rule: rules[0]!, verdict: 'kept' }], score: 3, advice: [] });
  for (const typed of ['v', 'vi', SECRET]) type('#new-password', typed);
  await until(() => one('[data-rule=min_length]').dataset.verdict === 'kept');
  await until(() => ipc.rated.length === 2);
  expect(await opened(ipc.rated[1]!)).toBe(SECRET);
  expect(one('#strength').textContent).toBe('Strong');
});

test('a confirmation that differs is said when the field is left, and forgotten when it is mended', async () => {
  await draw(fixture('new-password'));
  type('#new-password', SECRET);
  type('#confirm-password', 'violet');
  expect(one('#differ').textContent).toBe('');
  one('#confirm-password').dispatchEvent(new Event('blur'));
  await settled();
  expect(one('#differ').textContent).not.toBe('');
  expect(one('#confirm-password').getAttribute('aria-invalid')).toBe('true');
  type('#confirm-password', SECRET);
  expect(one('#differ').textContent).toBe('');
});

test('a password can be looked at and hidden again', async () => {
  // PW-04
  await draw(fixture('new-password'));
  const show = document.querySelector<HTMLButtonElement>('.password button')!;
  show.click();
  await settled();
  expect(one<HTMLInputElement>('#new-password').type).toBe('text');
  show.click();
  await settled();
  expect(one<HTMLInputElement>('#new-password').type).toBe('password');
});

test.each<[string, string, Action]>([
  ['enter-code', '#back', { action: 'use_another_way' }],
  ['answer-questions', '#back', { action: 'use_another_way' }],
  ['enter-code', '#cancel', { action: 'cancel' }],
  ['enter-code-call', '#resend', { action: 'resend' }],
  ['cancelled', '#start-over', { action: 'start_over' }],
  ['expired', '#start-over', { action: 'start_over' }],
  ['offline', '#retry', { action: 'retry' }],
  ['blocked', '#close', { action: 'close' }],
  ['done-finished', '#close', { action: 'close' }],
  ['done-unlock', '#close', { action: 'close' }],
  ['done-locked', '#unlock', { action: 'unlock_keyring' }],
  ['done-locked-place', '#unlock', { action: 'unlock_keyring' }],
  ['unusable-too-old', '#close', { action: 'close' }],
])('on %s the button %s sends what it says', async (name, selector, action) => {
  await draw(fixture(name));
  one<HTMLButtonElement>(selector).click();
  await settled();
  expect(ipc.sent).toEqual([action]);
});

test('a new code cannot be asked for before its time', async () => {
  await draw(fixture('enter-code'));
  one<HTMLButtonElement>('#resend').click();
  await settled();
  expect(ipc.sent).toEqual([]);
  expect(one('#resend-hint').textContent).toContain('25');
});

test('Escape does nothing', async () => {
  await draw(fixture('enter-code'));
  type('#code', '2718');
  one('#code').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
  await settled();
  expect(ipc.sent).toEqual([]);
  expect(one<HTMLInputElement>('#code').value).toBe('2718');
});

test('only the ticked sign-ins are updated', async () => {
  await draw(fixture('done-asking'));
  const ticks = [...document.querySelectorAll<HTMLInputElement>('input[name=copy]')];
  expect(ticks.map((tick) => [tick.value, tick.checked])).toEqual([['a2', false], ['a3', false], ['a4', false], ['a9', false]]);
  one<HTMLInputElement>('input[name=copy][value=a3]').click();
  await settled();
  one<HTMLButtonElement>('#refresh').click();
  await settled();
  expect(ipc.sent).toEqual([{ action: 'refresh_copies', ids: ['a3'] }]);
});

test('all passwords are ticked at once, and what is a key or token is not', async () => {
  // I5
  await draw(fixture('done-asking'));
  one<HTMLInputElement>('.all input').click();
  await settled();
  one<HTMLButtonElement>('#refresh').click();
  expect(ipc.sent).toEqual([{ action: 'refresh_copies', ids: ['a2', 'a3', 'a4'] }]);
});

test('in a hurry nothing is left by the big button: without a tick it asks for one', async () => {
  // H19
  await draw(fixture('done-asking'));
  expect(one('#refresh').textContent).toBe('Update saved sign-ins');
  one<HTMLButtonElement>('#refresh').click();
  await settled();
  expect(ipc.sent).toEqual([]);
  expect(one('#tick-first').textContent).toContain('Tick the sign-ins to update first.');
  expect(document.activeElement).toBe(document.querySelector('.ticks input'));
});

test('what is left on purpose is left by a quiet button, and can be done later', async () => {
  // H19
  const view = fixture('done-asking-one');
  await draw(view);
  expect(one('#leave').classList).not.toContain('primary');
  one<HTMLButtonElement>('#leave').click();
  expect(ipc.sent).toEqual([{ action: 'leave_copies' }]);
  const rows = (view.screen as Extract<Screen, { screen: 'done' }>).places.rows.map((row) => ({ ...row, outcome: 'left_alone', may_tick: false }));
  await publish(view, { sequence: 2 }, { places: { state: 'finished', rows, missing: [], may_unlock: false, left: true } } as never);
  expect(one('#later').textContent).toContain('later');
});

test('what was ticked and updated can be put back', async () => {
  // I5
  const view = fixture('done-change');
  await draw(view);
  one<HTMLButtonElement>('[data-copy=a2] .put-back').click();
  expect(ipc.sent).toEqual([{ action: 'put_back', id: 'a2' }]);
  expect(document.querySelector('[data-copy=a1] .put-back')).toBeNull();
});

test('a login keyring that opens with the old password is said first', async () => {
  // I8
  await draw(fixture('done-old-opens'));
  expect(document.querySelector('.copies > li')?.textContent).toContain('Your login keyring still opens with the old password');
});

test.each(['identify-known', 'sign-in-known', 'change-password-known'])('%s: a name that is known is not asked for, and somebody else can type theirs', async (name) => {
  // F21
  const view = fixture(name);
  await draw(view);
  expect(one('.signed-in').textContent).toContain('ada');
  expect(one<HTMLInputElement>('#account').tabIndex).toBe(-1);
  expect(await submit()).toMatchObject({ account: 'ada' });
  one<HTMLButtonElement>('#not-you').click();
  await settled();
  expect(document.querySelector('.signed-in')).toBeNull();
  expect(document.activeElement).toBe(one('#account'));
  type('#account', 'grace');
  await publish(view, { sequence: 2 });
  expect(await submit()).toMatchObject({ account: 'grace' });
});

test('over a limit it is said until when, the same when drawn anew, and what can be used at once', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 10, 27, 14, 20, 30) });
  const view = fixture('choose-method-rate-limited');
  await draw(view);
  expect(one('#error > p:first-child').textContent).toContain('2:35');
  vi.setSystemTime(new Date(2026, 10, 27, 14, 24));
  await publish(view, { sequence: 2 });
  expect(one('#error > p:first-child').textContent).toContain('2:35');
  vi.useRealTimers();
  expect([...document.querySelectorAll('#error li')].map((way) => way.textContent)).toEqual(['Use a recovery code', 'Use a pass from the helpdesk']);
});

test('the list of languages is whole once the screen is painted, and has only its own before', async () => {
  // L2
  const drawn = draw(fixture('identify-forgotten'), 'fr');
  await until(() => document.querySelector('#language') !== null);
  const select = one<HTMLSelectElement>('#language');
  expect([...select.options].map(({ lang }) => lang)).toEqual(['fr']);
  await drawn;
  await until(() => select.options.length === LANGUAGES.length);
  expect(select.value).toBe('fr');
});

test('the language is asked of the app, and what was typed stays', async () => {
  const view = fixture('identify-forgotten');
  await draw(view);
  type('#account', 'ada');
  const select = one<HTMLSelectElement>('#language');
  await until(() => select.options.length > 1);
  select.value = 'ar';
  select.dispatchEvent(new Event('change', { bubbles: true }));
  expect(ipc.sent).toEqual([{ action: 'language', tag: 'ar' }]);
  await publish(view, { sequence: 2, language: 'ar' });
  await until(() => document.documentElement.dir === 'rtl');
  expect(one<HTMLInputElement>('#account').value).toBe('ada');
});

test('an answer that comes late does not bring an old screen back', async () => {
  const view: View = { ...fixture('identify-forgotten'), sequence: 7 };
  await draw(view);
  await publish(view, { sequence: 6, screen: { screen: 'expired' } });
  expect(one('main').dataset.screen).toBe('identify');
});

test('a password in the field is never an attribute of the page', async () => {
  await draw(fixture('new-password'));
  type('#new-password', SECRET);
  expect(document.documentElement.outerHTML).not.toContain(SECRET);
});
