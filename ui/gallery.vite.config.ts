import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

import { fakeIpc } from './fake-ipc.ts';

/** Every screen without the app: `npm run gallery`, then `gallery.html?name=<fixture>&lang=ar`; the tests build it. */
export default defineConfig({
  plugins: [svelte(), fakeIpc()],
  server: { fs: { allow: ['..'] }, port: 5199, strictPort: true, open: false },
  build: {
    target: 'esnext',
    outDir: '../target/gallery',
    emptyOutDir: true,
    // axe is as large as it is, and nobody waits for it over a network.
    chunkSizeWarningLimit: 2000,
    rollupOptions: { input: 'gallery.html' },
  },
});
