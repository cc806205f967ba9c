import { afterEach, expect, test } from 'vitest';

import type { Rule, Screen } from '../src/generated/types';
import * as ipc from '../src/ipc.fake';
import { clear, draw, fixture, one, opened, publish, settled, submit, type, until } from './draw';

afterEach(clear);

const WORDS = 'lantern orbit walnut seventeen';

test.each(['new-password', 'change-password'])('on %s random words can be asked for, taken and asked for again', async (name) => {
  const view = fixture(name);
  await draw(view);
  one<HTMLButtonElement>('#make-passphrase').click();
  await settled();
  await publish(view, { sequence: 2 }, { passphrase: WORDS } as never);
  expect(one('.words').textContent).toBe(WORDS);
  one<HTMLButtonElement>('#use-passphrase').click();
  await until(() => ipc.rated.length > 0);
  for (const field of ['#new-password', '#confirm-password']) expect(one<HTMLInputElement>(field).value).toBe(WORDS);
  expect(await opened(ipc.rated[0] ?? '')).toBe(WORDS);
  one<HTMLButtonElement>('#make-passphrase').click();
  await settled();
  expect(ipc.sent).toEqual([{ action: 'make_passphrase' }, { action: 'make_passphrase' }]);
});

test('words that are taken mend a confirmation that differed', async () => {
  const view = fixture('new-password-words');
  await draw(view);
  type('#new-password', 'one');
  type('#confirm-password', 'other');
  one('#confirm-password').dispatchEvent(new Event('blur'));
  await settled();
  expect(one('#differ').textContent).not.toBe('');
  one<HTMLButtonElement>('#use-passphrase').click();
  await settled();
  expect(one('#differ').textContent).toBe('');
});

test('a password manager finds the name beside the new password', async () => {
  // PW-04
  await draw(fixture('new-password'));
  const name = one<HTMLInputElement>('input[autocomplete=username]');
  expect(name.value).toBe('ada');
  expect(name.tabIndex).toBe(-1);
});

test('the suggestion of 12 to 16 characters stands before the field', async () => {
  // PW-14
  await draw(fixture('new-password'));
  expect(one('#suggestion').textContent).toMatch(/12 to 16 characters with capitals, small letters, a number and a symbol/);
  expect(one('#suggestion').compareDocumentPosition(one('#new-password')) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

test('a rule that is met is counted and no longer listed to be seen', async () => {
  // H20
  const view = fixture('new-password');
  await draw(view);
  const rules = (view.screen as Extract<Screen, { screen: 'new_password' }>).rules;
  expect(document.querySelector('.kept')).toBeNull();
  expect(one('#rule-min_length').classList).not.toContain('hidden');
  expect(one('#rule-max_length').classList).toContain('hidden');
  const verdict = (rule: Rule) => (rule.rule === 'history' ? 'later' : rule.rule === 'kinds' ? 'broken' : 'kept');
  ipc.rateAs({ rules: rules.map((rule) => ({ rule, verdict: verdict(rule) })), score: 3, advice: [] });
  type('#new-password', 'lantern orbit walnut');
  await until(() => document.querySelector('.kept') !== null);
  expect(one('.kept').textContent).toMatch(/5\W* of \W*6\W* rules are met/);
  const seen = [...document.querySelectorAll('.rules li:not(.hidden)')].map(({ id }) => id);
  expect(seen).toEqual(['rule-kinds', 'rule-history']);
  const heard = one('#new-password').getAttribute('aria-describedby')?.split(' ');
  expect(rules.every(({ rule }) => heard?.includes(`rule-${rule}`))).toBe(true);
});

test.each([
  ['done-finished', 'Your password has been reset'],
  ['done-never-received', 'Your password has been set'],
  ['done-unlock', 'Your account is unlocked'],
  ['done-change', 'Your password has been changed'],
  ['done-register', 'Account recovery is set up'],
  ['done-register-little', 'Account recovery is not complete yet'],
  ['done-register-nothing', 'Account recovery is not complete yet'],
])('%s says %s', async (name, title) => {
  await draw(fixture(name));
  expect(one('h1').textContent).toBe(title);
});

test('the new recovery code is shown in place of the used one', async () => {
  // OT-13
  const view = fixture('done-replacement');
  await draw(view);
  expect(one('.replacement .key').textContent).toBe((view.screen as { replacement: string }).replacement);
});

test.each([
  [true, '  quick and clear ', 'quick and clear'],
  [false, '', null],
])('whether it was helpful (%s) is sent once chosen, with a line of text or without', async (helpful, typed, text) => {
  const view = fixture('done-feedback');
  await draw(view);
  expect(document.querySelector('#send-feedback')).toBeNull();
  const [yes, no] = document.querySelectorAll<HTMLInputElement>('input[name=helpful]');
  (helpful ? yes : no)?.click();
  await settled();
  expect(one<HTMLInputElement>('#feedback-text').maxLength).toBe(500);
  type('#feedback-text', typed);
  one<HTMLButtonElement>('#send-feedback').click();
  await settled();
  expect(ipc.sent).toEqual([{ action: 'feedback', helpful, text }]);
  await publish(view, { sequence: 2 }, { feedback: 'given' } as never);
  expect(one('.feedback [role=status]').textContent).toBe('Thank you for telling us.');
  expect(await submit()).toEqual({ action: 'close' });
});

test('a server that does not ask is not told', async () => {
  await draw(fixture('done-unlock'));
  expect(document.querySelector('.feedback')).toBeNull();
});
