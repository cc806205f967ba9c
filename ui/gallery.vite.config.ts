import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

import { fakeIpc } from './fake-ipc.ts';

/** `npm run gallery`, then `gallery.html?name=<fixture>&lang=ar`: every screen without the app. */
export default defineConfig({
  plugins: [svelte(), fakeIpc()],
  server: { fs: { allow: ['..'] }, port: 5199, strictPort: true, open: false },
  build: { outDir: 'node_modules/.gallery', rollupOptions: { input: 'gallery.html' } },
});
