/** The twin of `ipc.ts` without an app behind it: keeps what was sent and shows what it is told. */
import type { Action, Rating, SealKey, View } from './generated/types';

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

let callbacks: ((view: View) => void)[] = [];
let shown: View | undefined;
let keys = new Map<string, CryptoKey>();

export let sent: Action[] = [];
export let rated: string[] = [];
let rating: Rating = { rules: [], score: null, advice: [] };

export function reset(view: View): void {
  callbacks = [];
  keys = new Map();
  sent = [];
  rated = [];
  rating = { rules: [], score: null, advice: [] };
  shown = view;
}

/** Publishes a view as the app would. */
export function show(view: View): void {
  shown = view;
  for (const callback of callbacks) callback(view);
}

export function rateAs(answer: Rating): void {
  rating = answer;
}

export const screen = (): Promise<View> =>
  shown === undefined ? Promise.reject(new Error('nothing to show')) : Promise.resolve(shown);

export const act = (action: Action): Promise<void> => {
  sent.push(action);
  return Promise.resolve();
};

export const rate = (sealed: string): Promise<Rating> => {
  rated.push(sealed);
  return Promise.resolve(rating);
};

export const key = async (): Promise<SealKey> => {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const id = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(8))));
  keys.set(id, pair.privateKey);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { id, public: btoa(String.fromCharCode(...point)) };
};

export const onView = (callback: (view: View) => void): Promise<() => void> => {
  callbacks.push(callback);
  return Promise.resolve(() => {
    callbacks = callbacks.filter((other) => other !== callback);
  });
};

/** The private half of a key that was given out, once. */
export function privateKey(id: string): CryptoKey | undefined {
  const found = keys.get(id);
  keys.delete(id);
  return found;
}
