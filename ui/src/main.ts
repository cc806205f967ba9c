import { mount } from 'svelte';

import App from './App.svelte';
import { screen } from './ipc';
import { painted } from './paint';
import { load, speak } from './text.svelte';

// The likely language loads while the app is asked for the real one.
void load(navigator.language);
const asked = screen();
// The second question says that the frame of the page is on the screen; the app notes how long that took.
void painted.then(screen);
const first = await asked;
await speak(first.language);

const target = document.getElementById('app');
if (target !== null) {
  target.replaceChildren();
  mount(App, { target, props: { first } });
}
