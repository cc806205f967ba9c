import { flushSync, mount, tick, unmount } from 'svelte';
import { vi } from 'vitest';

import fixtures from '../fixtures.json';
import App from '../src/App.svelte';
import type { Action, Screen, View } from '../src/generated/types';
import { privateKey, reset, sent, show } from '../src/ipc.fake';
import { seal } from '../src/seal';
import { speak } from '../src/text.svelte';

export const FIXTURES = fixtures as { name: string; view: View }[];

let drawn: Record<string, unknown> | undefined;

/** Draws a view in a language as the window would. */
export async function draw(view: View, language = 'en'): Promise<void> {
  await clear();
  const spoken = { ...view, language };
  reset(spoken);
  await speak(language);
  drawn = mount(App, { target: document.body, props: { first: spoken } });
  await settled();
}

export async function clear(): Promise<void> {
  if (drawn !== undefined) await unmount(drawn);
  drawn = undefined;
  document.body.replaceChildren();
  // What was made ready for a form that is gone goes with it, as with a page.
  await seal('');
}

/** What the app publishes next: the fixture's screen with some parts changed. */
export async function publish(view: View, changes: Partial<View>, screen: Partial<Screen> = {}): Promise<View> {
  const next = { ...view, ...changes, screen: { ...(changes.screen ?? view.screen), ...screen } as Screen };
  show(next);
  await settled();
  return next;
}

export function fixture(name: string): View {
  const found = FIXTURES.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no fixture ${name}`);
  return found.view;
}

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await tick();
    await Promise.resolve();
    flushSync();
  }
}

export function one<T extends HTMLElement = HTMLElement>(selector: string): T {
  const found = document.querySelectorAll<T>(selector);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} × ${selector}`);
  return first;
}

export function type(selector: string, text: string): void {
  const field = one<HTMLInputElement>(selector);
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
}

/** Presses the primary button and waits for the action that it sends. */
export async function submit(): Promise<Action> {
  const before = sent.length;
  one<HTMLButtonElement>('button[type=submit]').click();
  await until(() => sent.length > before);
  return sent.at(-1) as Action;
}

/** Waits for what WebCrypto's threads bring. */
export async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      flushSync();
      if (!holds()) throw new Error('it never came to hold');
    },
    { interval: 2, timeout: 5000 },
  );
}

/** Opens a sealed value with the key that the page was given for it. */
export async function opened(sealed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(sealed), (letter) => letter.charCodeAt(0));
  const secret = privateKey(btoa(String.fromCharCode(...bytes.slice(0, 8))));
  if (secret === undefined) throw new Error('this key was never given out, or is used');
  const { subtle } = crypto;
  const theirs = await subtle.importKey('raw', bytes.slice(8, 73), { name: 'ECDH', namedCurve: 'P-256' }, false, []);
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, secret, 256);
  const material = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode('latchkey/seal/v1');
  const key = await subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }, material, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
  const plain = await subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(73, 85) }, key, bytes.slice(85));
  return new TextDecoder().decode(plain);
}
