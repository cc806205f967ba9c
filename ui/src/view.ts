import type { Screen, View } from './generated/types';

export type Tag = Screen['screen'];

/** A view that shows this screen: the one prop of a screen's file. */
export type ViewOf<T extends Tag> = Omit<View, 'screen'> & { screen: Extract<Screen, { screen: T }> };

/** What makes a screen a new one, so that its fields start empty and the focus moves to its heading. */
export function identity({ gate, screen }: View): string {
  const means = 'means' in screen ? screen.means : '';
  const method = 'method' in screen ? screen.method : '';
  return [screen.screen, gate?.number, means, method].join(' ');
}
