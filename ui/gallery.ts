/**
 * Draws fixtures without the app. By hand: `?name=<fixture>&lang=<tag>&theme=light|dark`, and without a name a list of
 * them. By a program: `gallery.draw(name, tag)` as often as it likes, without loading the page again.
 */
import { mount, tick, unmount } from 'svelte';

import fixtures from './fixtures.json';
import { follow, followed, glance, look, outOfSight } from './look';
import App from './src/App.svelte';
import type { Rating, View } from './src/generated/types';
import { rateAs, reset } from './src/ipc.fake';
import { LANGUAGES, speak } from './src/text.svelte';

/** Ends the name of a scene in which something is typed into the new password. */
const TYPED = '-typed';

const target = document.getElementById('app') as HTMLElement;
const views = new Map(fixtures.map(({ name, view }) => [name, view as View]));

let drawn: Record<string, unknown> | undefined;

const gallery = {
  /** Every fixture, and once more typed into where that shows more. */
  scenes: [...views].flatMap(([name, view]) => (showsMoreWhenTyped(view) ? [name, name + TYPED] : [name])),
  languages: LANGUAGES.map(({ tag }) => tag),
  draw,
  look,
  glance,
  follow,
  followed,
  outOfSight,
};

declare global {
  interface Window {
    gallery: typeof gallery;
  }
}

window.gallery = gallery;

const asked = new URLSearchParams(location.search);
const name = asked.get('name');
if (name !== null) {
  const theme = asked.get('theme');
  if (theme !== null) forceTheme(theme);
  await draw(name, asked.get('lang') ?? 'en');
} else {
  for (const scene of gallery.scenes) {
    const link = document.createElement('a');
    link.href = `?name=${scene}`;
    link.textContent = scene;
    target.append(link);
  }
}
document.documentElement.dataset.ready = '';

/** Draws a scene in place of the one before; ready when the focus is where the window puts it. */
async function draw(scene: string, language: string): Promise<void> {
  const typed = scene.endsWith(TYPED);
  const found = views.get(typed ? scene.slice(0, -TYPED.length) : scene);
  if (found === undefined) throw new Error(`no fixture ${scene}`);
  const view: View = { ...found, language };
  if (drawn !== undefined) await unmount(drawn);
  target.replaceChildren();
  scrollTo(0, 0);
  reset(view);
  rateAs(ratingOf(view));
  await speak(language);
  drawn = mount(App, { target, props: { first: view } });
  await until('the focus', () => document.activeElement?.matches('h1, dialog:modal *') === true);
  await until('the languages', () => document.querySelectorAll('#language option').length === LANGUAGES.length);
  if (typed) await type('password');
}

function showsMoreWhenTyped({ screen }: View): boolean {
  return 'rules' in screen && screen.rules.length > 0 && !screen.busy && screen.error === null;
}

/** One of each verdict. */
function ratingOf({ screen }: View): Rating {
  const rules = 'rules' in screen ? screen.rules : [];
  return {
    rules: rules.map((rule, index) => ({
      rule,
      verdict: rule.rule === 'history' || rule.rule === 'not_old' ? 'later' : index === 0 ? 'broken' : 'kept',
    })),
    score: 2,
    advice: ['common_word', 'add_words'],
  };
}

async function type(text: string): Promise<void> {
  const field = document.querySelector<HTMLInputElement>('input[autocomplete=new-password]');
  if (field === null) throw new Error('no field for a new password');
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await until('the strength', () => document.querySelector('[data-score]') !== null);
}

/** Many frames more than anything here takes, on a slow machine too. */
const PATIENCE_FRAMES = 600;

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let frame = 0; frame < PATIENCE_FRAMES; frame += 1) {
    await tick();
    if (holds()) return;
    await new Promise(requestAnimationFrame);
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Media queries follow the system; here the dark block of the tokens is switched by hand. */
function forceTheme(theme: string): void {
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSMediaRule && rule.conditionText.includes('prefers-color-scheme')) {
        rule.media.mediaText = theme === 'dark' ? 'all' : 'not all';
      }
    }
  }
  document.documentElement.style.setProperty('color-scheme', theme);
}
