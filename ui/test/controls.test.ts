import { afterEach, expect, test } from 'vitest';

import type { Action } from '../src/generated/types';
import { sent } from '../src/ipc.fake';
import { clear, draw, FIXTURES, settled, until } from './draw';

afterEach(clear);

const CONTROLS = 'button, a[href], input[type=checkbox], input[type=radio], select';

/** A sealed value is another one each time. */
const sealed = (_: string, value: unknown) => (typeof value === 'string' && value.length > 100 ? 'sealed' : value);

/** What one control of a page says to the app when it is used, after every field was filled in. */
async function said(view: (typeof FIXTURES)[number]['view'], index: number): Promise<Action[]> {
  await draw(view);
  for (const field of document.querySelectorAll<HTMLInputElement>('input:not([type=checkbox], [type=radio]), textarea')) {
    field.value = 'ada';
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
  for (const box of document.querySelectorAll<HTMLInputElement>('input[type=checkbox]:not(:checked)')) box.click();
  await settled();
  const control = document.querySelectorAll<HTMLElement>(CONTROLS)[index];
  if (control === undefined) return [];
  // What is sealed is sent a moment later.
  const waits = control.matches('[type=submit]:not([aria-disabled=true])');
  const before = sent.length;
  control.click();
  await settled();
  if (waits) await until(() => sent.length > before);
  return sent.slice(before);
}

test('what the controls of every state say is written down, so that the flow is held to it', async () => {
  // H8: `cargo test --test all contract` reads the file; `npx vitest run -u controls` writes it anew
  const all: Record<string, unknown[]> = {};
  const seen = new Set<string>();
  for (const { name, view } of FIXTURES) {
    await draw(view);
    const controls = [...document.querySelectorAll<HTMLElement>(CONTROLS)];
    // States with the same controls on the same screen say the same.
    const look = [view.screen.screen, ...controls.map(({ outerHTML }) => outerHTML)].join();
    if (seen.has(look)) continue;
    seen.add(look);
    const actions = new Set<string>();
    for (const index of controls.keys()) {
      for (const action of await said(view, index)) actions.add(JSON.stringify(action, sealed));
    }
    all[name] = [...actions].sort().map((action) => JSON.parse(action));
  }
  await expect(`${JSON.stringify(all, null, 1)}\n`).toMatchFileSnapshot('../controls.json');
}, 120_000);
