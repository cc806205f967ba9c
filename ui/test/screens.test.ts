import { readFileSync } from 'node:fs';

import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';

import type { Screen } from '../src/generated/types';
import { LANGUAGES } from '../src/text.svelte';
import { clear, draw, FIXTURES } from './draw';

const TAGS: Screen['screen'][] = [
  'starting', 'start', 'elsewhere', 'not_me', 'not_me_done', 'identify', 'sign_in', 'choose_method', 'enter_code',
  'answer_questions', 'new_password', 'change_password', 'working', 'done', 'manage', 'add_destination', 'confirm_means',
  'add_authenticator', 'add_questions', 'recovery_codes', 'remove_means', 'helpdesk', 'finish_places', 'blocked',
  'cancelled', 'expired', 'uncertain', 'offline', 'unusable',
];

const IDS = new Set([...readFileSync('src/generated/messages.ts', 'utf8').matchAll(/"([a-z]+[-_][\w-]*)"/g)].map((match) => match[1]));

afterEach(clear);

test('every screen has a fixture', () => {
  expect(new Set(FIXTURES.map(({ view }) => view.screen.screen))).toEqual(new Set(TAGS));
});

describe.each(LANGUAGES)('in $name', ({ tag, dir }) => {
  test.each(FIXTURES)('$name is drawn whole', async ({ view }) => {
    await draw(view, tag);
    expect(document.documentElement).toMatchObject({ lang: tag, dir });
    expect(document.querySelector('main')?.dataset.screen).toBe(view.screen.screen);

    const headings = document.querySelectorAll('h1');
    expect(headings.length).toBe(1);
    const warned = document.querySelector('dialog[open]');
    expect(document.activeElement).toBe(warned?.querySelector('button') ?? headings[0]);
    expect(document.title).toBe(headings[0]?.textContent);

    // The cases are choices that act at once; there is nothing to send.
    const sends = !['starting', 'start', 'working'].includes(view.screen.screen) && !isBusyDone(view.screen);
    expect(document.querySelectorAll('main button[type=submit]').length).toBe(Number(sends));
    expect(document.querySelectorAll('main .primary').length).toBe(Number(sends));
    for (const field of document.querySelectorAll<HTMLInputElement>('input, select')) {
      expect(field.labels?.length, field.outerHTML).toBeGreaterThan(0);
    }
    expect(document.querySelector('[style]:not(.band)')).toBeNull();

    // An id without a text is drawn as the id, and a missing argument as its name in braces.
    const words = document.body.textContent.split(/\s+/);
    expect(words.filter((word) => IDS.has(word) || /^question-|[{}]|^(undefined|null|NaN)$/.test(word))).toEqual([]);

    const error = 'error' in view.screen && view.screen.error !== null && !view.screen.busy ? view.screen.error.code : undefined;
    expect(document.querySelector<HTMLElement>('#error[role=alert]')?.dataset.code).toBe(error);
  });
});

// What axe sees here is the tree, which is the same in every language.
describe.each(LANGUAGES.filter(({ tag }) => tag === 'en' || tag === 'ar'))('in $name', ({ tag }) => {
  test.each(FIXTURES)('axe has nothing to say on $name', async ({ view }) => {
    await draw(view, tag);
    // Colours need a real renderer.
    const { violations } = await axe.run(document, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
  });
});

function isBusyDone(screen: Screen): boolean {
  return screen.screen === 'done' && ['looking', 'refreshing'].includes(screen.places.state);
}
