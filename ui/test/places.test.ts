import { afterEach, expect, test, vi } from 'vitest';

import type { Outcome, PlacesView, Screen } from '../src/generated/types';
import { report } from '../src/report';
import { LANGUAGES } from '../src/text.svelte';
import { clear, draw, fixture, one, publish, settled } from './draw';

afterEach(async () => {
  vi.unstubAllGlobals();
  await clear();
});

const placesOf = (name: string) => (fixture(name).screen as Extract<Screen, { screen: 'done' }>).places;

/** A refresh that has ended so. */
function ended(outcomes: (Outcome | null)[], left: boolean, missing: PlacesView['missing'] = []): Partial<Screen> {
  const { rows, ...places } = placesOf('done-change');
  const [first] = rows;
  if (first === undefined) throw new Error('a row');
  const row = (outcome: Outcome | null, index: number) => ({ ...first, copy: { ...first.copy, id: `${index}` }, outcome });
  return { places: { ...places, rows: outcomes.map(row), missing, left } } as Partial<Screen>;
}

/** What is said of the whole, without the marks that keep numbers apart from the sentence. */
const said = () => document.querySelector('.places [role=status]')?.textContent?.replace(/[\u2068\u2069]/g, '');

const KEYRING = { place: 'secret_service', name: null, locked: false, error: 'timed_out' } as const;

test('the end of a refresh is said in one sentence, and all done only where nothing is left', async () => {
  const view = fixture('done-change');
  await draw(view);
  const seven: Outcome[] = ['updated', 'updated', 'updated', 'renewed', 'unverified', 'already_fine', 'updated'];
  for (const [sequence, [screen, sentence]] of [
    [ended([...seven, 'needs_unlock', 'refused'], true), '7 of 9 updated, 2 need you.'],
    [ended([...seven, 'needs_unlock', 'left_alone'], true), '7 of 9 updated, 1 needs you.'],
    [ended(['updated', null], true), '1 of 2 updated, 1 needs you.'],
    [ended(seven, true, [KEYRING]), '7 of 7 updated. Not every place could be looked into.'],
    [ended(seven, false, [KEYRING]), '7 of 7 updated. Not every place could be looked into.'],
    [ended(seven, true), '7 of 7 updated. Not every place could be looked into.'],
    [ended([...seven, 'gone', 'left_alone'], false), 'All done: 7 of 9 updated.'],
  ].entries() as Iterable<[number, [Partial<Screen>, string]]>) {
    await publish(view, { sequence: sequence + 2 }, screen);
    expect(said()).toBe(sentence);
  }
});

test.each([
  ['done-refreshing', 'Updating saved sign-ins…'],
  ['done-asking', '1 of 5 updated, 4 need you.'],
  ['done-left-for-later', '1 of 5 updated, 4 need you.'],
  ['done-nothing-found', 'We found no saved sign-in with your user ID in the places we can look into.'],
  ['done-missing', ''],
])('%s says %s', async (name, sentence) => {
  await draw(fixture(name));
  expect(said()).toBe(sentence);
});

test('what was left for later is not called being updated', async () => {
  await draw(fixture('done-left-for-later'));
  expect(document.querySelector('.copies')?.textContent).not.toContain('Being updated');
});

test.each(LANGUAGES)('$tag counts what needs somebody in each of its forms', async ({ tag }) => {
  const view = fixture('done-change');
  await draw(view, tag);
  const forms = new Set<string>();
  for (const open of [1, 2, 3, 11, 100]) {
    const outcomes = Array.from({ length: open }, (): Outcome => 'refused');
    await publish(view, { sequence: open + 1, language: tag }, ended(['updated', ...outcomes], true));
    const sentence = said() ?? '';
    expect(sentence).not.toMatch(/places-summary|[{}]/);
    forms.add(sentence.replace(/[\d\u0660-\u0669]+/g, '#'));
  }
  const categories = new Set([1, 2, 3, 11, 100].map((open) => new Intl.PluralRules(tag).select(open)));
  // In Arabic `many` and `other` are written alike.
  expect(forms.size).toBe(tag === 'ar' ? 4 : categories.size);
});

test('a report has what the helpdesk asks for, a line for each copy and place, and nothing of other programs breaks it', () => {
  const { rows, ...places } = placesOf('done-locked');
  const [first, ...rest] = rows;
  if (first === undefined) throw new Error('a row');
  const odd = { ...first, copy: { ...first.copy, label: 'Mail\nleft: no\u202e', user: null } };
  const missing = [...places.missing, KEYRING, { ...KEYRING, name: 'KeePassXC', error: 'refused' as const }];
  expect(report({ ...places, rows: [odd, ...rest], missing }, '7K2M-Q4PX', 'X11; Linux')).toBe(`latchkey: 0.1.0
system: X11; Linux
changed: 2026-11-24T10:42:00Z
support code: 7K2M-Q4PX
left: yes

secret_service | updated | Mail left: no | smb://files.example.edu/home | -
secret_service | needs_unlock | Campus Wi-Fi (eduroam) | - | ada@example.edu
secret_service | needs_unlock | - | - | -
secret_service | locked | -
secret_service | timed_out | -
secret_service | refused | KeePassXC
`);
  const none = report({ ...places, rows: [], missing: [], changed_at: null }, null, 'X11; Linux');
  expect(none).toContain('changed: -\nsupport code: -\n');
});

test('the report goes to the clipboard, and that is said', async () => {
  const written: string[] = [];
  const writeText = (text: string) => Promise.resolve(void written.push(text));
  await draw(fixture('done-finished'));
  vi.stubGlobal('navigator', { userAgent: 'X11; Linux', clipboard: { writeText } });
  one('#copy-report').click();
  await settled();
  expect(written).toEqual([report(placesOf('done-finished'), fixture('done-finished').support_code, 'X11; Linux')]);
  expect(one('.report [role=status]').textContent).toBe('Copied');
  expect(document.querySelector('#report')).toBeNull();
});

test.each([
  ['refused', { writeText: () => Promise.reject(new Error('denied')) }],
  ['absent', undefined],
])('where the clipboard is %s the report is shown to be copied by hand', async (_, clipboard) => {
  await draw(fixture('done-finished'));
  vi.stubGlobal('navigator', { userAgent: 'X11; Linux', clipboard });
  one('#copy-report').click();
  await settled();
  const box = one<HTMLTextAreaElement>('#report');
  expect(box.value).toContain('latchkey: 0.1.0');
  expect(box.readOnly).toBe(true);
  expect(document.activeElement).toBe(box);
  expect(box.labels?.[0]?.textContent).toBe('Report for the helpdesk');
  expect(one('.report [role=status]').textContent).toMatch(/does not let us copy/);
});

test.each(['done-looking', 'done-asking', 'done-refreshing', 'done-nothing-found'])('on %s there is nothing to report yet', async (name) => {
  await draw(fixture(name));
  expect(document.querySelector('#copy-report')).toBeNull();
});
