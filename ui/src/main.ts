import { mount } from 'svelte';

import App from './App.svelte';
import { screen } from './ipc';
import { speak } from './text.svelte';

// The likely language loads while the app is asked for the real one.
const likely = speak(navigator.language);
const first = await screen();
await likely;
await speak(first.language);

const target = document.getElementById('app');
if (target !== null) {
  target.replaceChildren();
  mount(App, { target, props: { first } });
}
