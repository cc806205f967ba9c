import { afterEach, expect, test, vi } from 'vitest';

import type { Action } from '../src/generated/types';
import * as ipc from '../src/ipc.fake';
import { clear, draw, fixture, one, opened, publish, settled, submit, type } from './draw';

afterEach(async () => {
  vi.unstubAllGlobals();
  await clear();
});

test.each<[string, string, Action]>([
  ['start', '#case-forgotten', { action: 'choose_case', case: 'forgotten' }],
  ['start', '#case-never_received', { action: 'choose_case', case: 'never_received' }],
  ['start', '#case-locked_out', { action: 'choose_case', case: 'locked_out' }],
  ['start', '#case-change', { action: 'choose_case', case: 'change' }],
  ['start', '#case-register', { action: 'choose_case', case: 'register' }],
  ['start', '#elsewhere', { action: 'show_elsewhere' }],
  ['start', '#not-me', { action: 'show_not_me' }],
  ['elsewhere', '#back', { action: 'back_to_start' }],
  ['not-me', '#back', { action: 'back_to_start' }],
  ['not-me-done', '#close', { action: 'close' }],
  ['identify-forgotten', '#back', { action: 'back_to_start' }],
  ['identify-characters', '#other-characters', { action: 'other_characters' }],
  ['identify-characters', '#skip-characters', { action: 'skip_characters' }],
  ['sign-in', '#back', { action: 'back_to_start' }],
  ['sign-in-again', '#cancel', { action: 'cancel' }],
  ['change-password', '#back', { action: 'back_to_start' }],
  ['helpdesk', '#close', { action: 'close' }],
  ['offline-clock', '#retry', { action: 'retry' }],
  ['offline-certificate', '#retry', { action: 'retry' }],
  ['offline-suspended', '#retry', { action: 'retry' }],
  ['offline-certificate', '#close', { action: 'close' }],
])('on %s the button %s sends what it says', async (name, selector, action) => {
  await draw(fixture(name));
  one<HTMLButtonElement>(selector).click();
  await settled();
  expect(ipc.sent).toEqual([action]);
});

test('only the cases that are offered are shown', async () => {
  await draw(fixture('start-two'));
  expect([...document.querySelectorAll('.options button')].map(({ id }) => id)).toEqual(['case-forgotten', 'case-locked_out']);
});

test('where to go with another account is a text to copy and nothing to follow', async () => {
  await draw(fixture('elsewhere'));
  expect(document.body.textContent).toContain('account.live.com');
  expect(document.querySelector('a, [href]')).toBeNull();
});

test('the code of a notice goes sealed, without what people put between its letters', async () => {
  await draw(fixture('not-me'));
  type('#notice-code', ' qf7m-2xkd 9trw\u2013h4pb ');
  const action = (await submit()) as Extract<Action, { action: 'submit_not_me' }>;
  expect(JSON.stringify(ipc.sent)).not.toContain('2xkd');
  expect(await opened(action.code)).toBe('qf7m2xkd9trwh4pb');
});

test('the characters go with the user ID', async () => {
  await draw(fixture('identify-characters'));
  type('#account', 'ada');
  type('#characters', ' k7m4px ');
  expect(await submit()).toEqual({ action: 'identify', account: 'ada', characters: 'k7m4px' });
});

test('the picture says what it is for and not what it shows, and there is a sound', async () => {
  // AX-02
  await draw(fixture('identify-characters'));
  const { alt } = one<HTMLImageElement>('.characters img');
  expect(alt).toMatch(/listen/);
  expect(alt).not.toMatch(/K7|M4|PX/);
  expect(one('#listen').textContent?.trim()).toBe('Listen');
});

test('wrong characters bring others, an empty field with the focus, and the user ID stays', async () => {
  // AX-03
  const view = fixture('identify-characters');
  const { characters } = view.screen as { characters: { picture_png: string } };
  await draw(view);
  type('#account', 'ada');
  type('#characters', 'wrong');
  await submit();
  const error = { code: 'human_check_failed', attempts_left: null, retry_after: null, instead: [], refusals: [] };
  await publish(view, { sequence: 2 }, { error, characters: { ...characters, picture_png: 'AAAA' } } as never);
  expect(one<HTMLInputElement>('#account').value).toBe('ada');
  expect(one<HTMLInputElement>('#characters').value).toBe('');
  expect(document.activeElement).toBe(one('#characters'));
  expect(one('#error').textContent).toContain('other ones');
});

test('without the characters the way goes on at the user ID', async () => {
  // AX-01
  const view = fixture('identify-characters');
  await draw(view);
  one('#skip-characters').focus();
  one<HTMLButtonElement>('#skip-characters').click();
  await publish(view, { sequence: 2 }, { characters: null } as never);
  expect(document.querySelector('#characters')).toBeNull();
  expect(document.activeElement).toBe(one('#account'));
  expect(document.body.textContent).toContain('do not need the characters');
  type('#account', 'ada');
  expect(await submit()).toEqual({ action: 'identify', account: 'ada', characters: null });
});

test('the sound plays, stops and plays again', async () => {
  // AX-02
  const contexts: FakeAudio[] = [];
  vi.stubGlobal('AudioContext', class extends FakeAudio { constructor() { super(); contexts.push(this); } });
  await draw(fixture('identify-characters'));
  const button = one<HTMLButtonElement>('#listen');
  button.click();
  await settled();
  expect(button.textContent?.trim()).toBe('Stop');
  expect(contexts[0]).toMatchObject({ started: true, rate: 8000, samples: 800 });
  contexts[0]?.end();
  await settled();
  expect(button.textContent?.trim()).toBe('Listen');
  button.click();
  await settled();
  button.click();
  await settled();
  expect(contexts).toHaveLength(2);
  expect(contexts.map(({ closed }) => closed)).toEqual([true, true]);
  expect(button.textContent?.trim()).toBe('Listen');
});

test('a sound that cannot be played is said', async () => {
  vi.stubGlobal('AudioContext', class { constructor() { throw new Error('no device'); } });
  await draw(fixture('identify-characters'));
  one<HTMLButtonElement>('#listen').click();
  await settled();
  expect(document.body.textContent).toContain('cannot be played');
});

test('the password of a sign-in goes sealed', async () => {
  // SM-02
  await draw(fixture('sign-in'));
  type('#account', 'ada');
  type('#password', 'the old one 1');
  const action = (await submit()) as Extract<Action, { action: 'sign_in' }>;
  expect(action.account).toBe('ada');
  expect(await opened(action.password)).toBe('the old one 1');
  expect(JSON.stringify(ipc.sent)).not.toContain('the old one');
});

test('who signs in again is not asked for the user ID', async () => {
  // AX-03
  await draw(fixture('sign-in-again'));
  expect(document.querySelector('#account')).toBeNull();
  expect(one<HTMLInputElement>('input[autocomplete=username]').value).toBe('ada');
  type('#password', 'the old one 1');
  expect(await submit()).toMatchObject({ action: 'sign_in', account: 'ada' });
});

test('a wrong clock is shown as it is, and a strange certificate has no way around it', async () => {
  await draw(fixture('offline-clock'));
  expect(one('main').textContent).toContain(String(new Date().getFullYear()));
  await draw(fixture('offline-certificate'));
  expect([...document.querySelectorAll('main button')].map(({ id }) => id)).toEqual(['close', 'retry']);
});

test('a campus that has paused says so calmly, with the helpdesk in sight and a way to ask again', async () => {
  for (const name of ['offline-suspended', 'offline-suspended-in-flow']) {
    await draw(fixture(name));
    const text = document.body.textContent ?? '';
    expect(text).toContain('paused password changes');
    expect(text).toContain('858-635-4357');
    expect(text).not.toContain('connected to the network');
    expect([...document.querySelectorAll('main button')].map(({ id }) => id)).toEqual(['retry', 'close']);
  }
});

class FakeAudio {
  destination = {};
  started = false;
  closed = false;
  rate = 0;
  samples = 0;
  end = () => {};

  createBuffer(_channels: number, samples: number, rate: number) {
    Object.assign(this, { samples, rate });
    return { copyToChannel: () => {} };
  }

  createBufferSource() {
    const source = { buffer: null, onended: () => {}, connect: () => {}, start: () => (this.started = true), stop: () => source.onended() };
    this.end = () => source.onended();
    return source;
  }

  close() {
    this.closed = true;
    return Promise.resolve();
  }
}
