import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { fakeIpc } from './fake-ipc.ts';

const testing = process.env.VITEST !== undefined;

export default defineConfig({
  plugins: [svelte(), ...(testing ? [fakeIpc()] : [])],
  envPrefix: 'VITE_',
  // Under test, Svelte has to resolve to its browser half.
  resolve: testing ? { conditions: ['browser'] } : {},
  server: { fs: { allow: ['..'] } },
  build: {
    // WebKitGTK 2.44 and the WebView2 of the same time.
    target: ['safari17', 'chrome120'],
    modulePreload: { polyfill: false },
    // A `data:` font or script would be stopped by the content security policy.
    assetsInlineLimit: 0,
  },
  test: {
    environment: 'happy-dom',
    include: ['test/**/*.test.ts'],
  },
});
