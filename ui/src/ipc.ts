/** The door to the app, and the only file that knows Tauri. `ipc.fake.ts` is its twin for tests. */
import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { Action, Rating, SealKey, View } from './generated/types';

export const screen = (): Promise<View> => invoke('screen');

export const act = (action: Action): Promise<void> => invoke('act', { action });

export const rate = (sealed: string): Promise<Rating> => invoke('rate', { sealed });

export const key = (): Promise<SealKey> => invoke('key');

/** Calls back with every new view until the answer is called. */
export const onView = (callback: (view: View) => void): Promise<() => void> =>
  listen<View>('view', (event) => callback(event.payload));
