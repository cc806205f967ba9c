import { readFileSync } from 'node:fs';

import { FluentResource } from '@fluent/bundle';
import { expect, test } from 'vitest';

import { current, LANGUAGES, moment, speak, t } from '../src/text.svelte';

const source = (tag: string) => readFileSync(`../locales/${tag}/app.ftl`, 'utf8');
const ids = (tag: string) => [...source(tag).matchAll(/^([a-z][\w-]*) =/gim)].map((match) => match[1]);
const generated = [...readFileSync('src/generated/messages.ts', 'utf8').matchAll(/\| "([\w-]+)"/g)].map((match) => match[1]);

test.each(LANGUAGES)('$tag has every text, and each can be read', ({ tag }) => {
  expect(new FluentResource(source(tag)).body.map((message) => message.id).sort()).toEqual([...generated].sort());
  expect(ids(tag).length).toBe(generated.length);
});

test('a language with its region is spoken as the language', async () => {
  await speak('ar-EG');
  expect(current()).toMatchObject({ tag: 'ar', dir: 'rtl' });
  expect(t('next')).toBe('التالي');
});

test.each(['zh', 'zh-CN', 'zh-Hans-CN', 'ZH-hans'])('%s is spoken as simplified Chinese', async (tag) => {
  await speak(tag);
  expect(current()).toMatchObject({ tag: 'zh-Hans', dir: 'ltr' });
});

test('a language without texts falls back to English', async () => {
  await speak('tlh');
  expect(current()).toMatchObject({ tag: 'en', dir: 'ltr' });
  expect(t('next')).toBe('Next');
});

test.each([
  [1, 'بقيت لك محاولة واحدة'],
  [2, 'محاولتان'],
  [3, 'محاولات'],
  [11, 'محاولة'],
])('Arabic counts %d in its own form', async (left, form) => {
  await speak('ar');
  expect(t('trouble-answers_wrong-left', { left })).toContain(form);
});

test('what came from outside stays apart from the direction of the sentence', async () => {
  await speak('en');
  expect(t('copy-user', { user: 'ada' })).toBe('User: \u2068ada\u2069');
});

test('a moment that is no date is said as it came', () => {
  expect(moment('half past ten')).toBe('half past ten');
});
