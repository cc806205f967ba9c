import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { View } from '../src/generated/types';
import * as ipc from '../src/ipc.fake';
import { clear, draw, fixture, one, publish, settled, type } from './draw';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});

afterEach(async () => {
  await clear();
  vi.useRealTimers();
});

async function pass(seconds: number): Promise<void> {
  vi.advanceTimersByTime(seconds * 1000);
  await settled();
}

const warning = () => document.querySelector<HTMLDialogElement>('dialog');

const running = (ends_in: number | null): View => ({ ...fixture('enter-code'), ends_in });

test('a minute before the end it is asked whether somebody is there, with the focus on the one button', async () => {
  // AX-04
  await draw(running(600));
  await pass(539);
  expect(warning()).toBeNull();
  await pass(1);
  expect(warning()?.open).toBe(true);
  expect(warning()?.getAttribute('role')).toBe('alertdialog');
  expect(document.activeElement).toBe(one('#stay'));
  expect(one('.left').textContent).toContain('60');
  await pass(15);
  expect(one('.left').textContent).toContain('45');
});

test('one key brings more time, ten times and more, and what was typed is kept', async () => {
  // AX-04
  const view = running(600);
  await draw(view);
  type('#code', '2718');
  one('#code').focus();
  for (let time = 1; time <= 12; time += 1) {
    await pass(560);
    one<HTMLButtonElement>('#stay').click();
    await settled();
    expect(ipc.sent).toHaveLength(time);
    await publish(view, { sequence: time + 1, ends_in: 600 });
    expect(warning()).toBeNull();
    expect(document.activeElement).toBe(one('#code'));
  }
  expect(new Set(ipc.sent.map(({ action }) => action))).toEqual(new Set(['stay']));
  expect(one<HTMLInputElement>('#code').value).toBe('2718');
});

test('Escape brings more time too, and does not take the question away before it is there', async () => {
  await draw(running(45));
  await settled();
  const cancel = new Event('cancel', { cancelable: true });
  warning()?.dispatchEvent(cancel);
  await settled();
  expect(cancel.defaultPrevented).toBe(true);
  expect(ipc.sent).toEqual([{ action: 'stay' }]);
  expect(warning()?.open).toBe(true);
});

test('a second press while the answer is on its way asks for nothing', async () => {
  await draw(running(45));
  one<HTMLButtonElement>('#stay').click();
  await settled();
  one<HTMLButtonElement>('#stay').click();
  await settled();
  expect(ipc.sent).toHaveLength(1);
});

test('how much is left is said now and then, not every second', async () => {
  await draw(running(45));
  const said = () => one('dialog [role=status]').textContent;
  expect(said()).toBe('');
  await pass(15);
  expect(said()).toContain('30');
  await pass(5);
  expect(said()).toContain('30');
  await pass(15);
  expect(said()).toContain('10');
});

test('where nothing ends nobody is asked', async () => {
  await draw(running(null));
  await pass(3600);
  expect(warning()).toBeNull();
});

test('at the end the question goes', async () => {
  await draw(running(30));
  await pass(30);
  expect(warning()).toBeNull();
});
