import { fileURLToPath } from 'node:url';

import type { Plugin } from 'vite';

/** Puts the fake twin in the place of `src/ipc.ts`, for tests and the gallery. */
export function fakeIpc(): Plugin {
  return {
    name: 'fake-ipc',
    enforce: 'pre',
    resolveId: (id) => (/^\.{1,2}(\/src)?\/ipc$/.test(id) ? fileURLToPath(new URL('src/ipc.fake.ts', import.meta.url)) : null),
  };
}
