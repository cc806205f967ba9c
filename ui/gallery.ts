/** Draws one fixture without the app: `?name=<fixture>&lang=<tag>&theme=light|dark`; without a name, lists them. */
import { mount } from 'svelte';

import fixtures from './fixtures.json';
import App from './src/App.svelte';
import type { View } from './src/generated/types';
import { rateAs, reset } from './src/ipc.fake';
import { speak } from './src/text.svelte';

const asked = new URLSearchParams(location.search);
const target = document.getElementById('app') as HTMLElement;
const found = fixtures.find((fixture) => fixture.name === asked.get('name'));

if (found === undefined) {
  for (const { name } of fixtures) {
    const link = document.createElement('a');
    link.href = `?name=${name}`;
    link.textContent = name;
    target.append(link);
  }
} else {
  const view = { ...found.view, language: asked.get('lang') ?? found.view.language } as View;
  const theme = asked.get('theme');
  if (theme !== null) forceTheme(theme);
  reset(view);
  rateAs({
    rules: 'rules' in view.screen ? view.screen.rules.map((rule, index) => ({ rule, verdict: rule.rule === 'history' || rule.rule === 'not_old' ? 'later' : index === 0 ? 'broken' : 'kept' })) : [],
    score: 2,
    advice: ['common_word', 'add_words'],
  });
  await speak(view.language);
  mount(App, { target, props: { first: view } });
  const typed = asked.get('type');
  const field = document.querySelector<HTMLInputElement>('#new-password');
  if (typed !== null && field !== null) {
    field.value = typed;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
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
