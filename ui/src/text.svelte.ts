/** The texts of the window: Fluent messages by id, in the language that the app says. */
import { FluentBundle, FluentDateTime, FluentResource, type FluentVariable } from '@fluent/bundle';

import type { MsgId } from './generated/messages';

export type Args = Record<string, FluentVariable>;

/** Every language that has texts, by its own name. */
export const LANGUAGES = [
  { tag: 'en', name: 'English', dir: 'ltr' },
  { tag: 'es', name: 'Español', dir: 'ltr' },
  { tag: 'fr', name: 'Français', dir: 'ltr' },
  { tag: 'de', name: 'Deutsch', dir: 'ltr' },
  { tag: 'zh-Hans', name: '简体中文', dir: 'ltr' },
  { tag: 'ar', name: 'العربية', dir: 'rtl' },
  { tag: 'vi', name: 'Tiếng Việt', dir: 'ltr' },
] as const;

const sources = import.meta.glob<string>('../../locales/*/app.ftl', { query: '?raw', import: 'default' });

/** Each language is read once, however often it is asked for. */
const loaded = new Map<string, Promise<FluentBundle>>();

let bundle = $state.raw(new FluentBundle('en'));
let wanted = '';

/** The language whose texts are drawn, with its direction. */
export const current = (): { tag: string; dir: string } => languageOf(bundle.locales[0] ?? 'en');

/** Draws every text in this language; until it is there, the one before stays. */
export async function speak(tag: string): Promise<void> {
  wanted = languageOf(tag).tag;
  const next = await load(tag);
  // Another one may have been asked for while this one was loading. The same one draws nothing anew.
  if (next.locales[0] === wanted) bundle = next;
}

/** Reads the texts of a language ahead of `speak`. */
export function load(tag: string): Promise<FluentBundle> {
  const language = languageOf(tag).tag;
  let reading = loaded.get(language);
  if (reading === undefined) {
    reading = read(language);
    loaded.set(language, reading);
    // Whatever went wrong is tried again when it is asked for again.
    reading.catch(() => loaded.delete(language));
  }
  return reading;
}

async function read(language: string): Promise<FluentBundle> {
  const next = new FluentBundle(language, { useIsolating: true });
  const source = await sources[`../../locales/${language}/app.ftl`]?.();
  if (source !== undefined) next.addResource(new FluentResource(source));
  return next;
}

/** The message of this id, or the id itself where there is none. */
export function t(id: MsgId, args?: Args): string {
  const message = bundle.getMessage(id);
  return message?.value == null ? id : bundle.formatPattern(message.value, args);
}

/** A moment of RFC 3339 as people say it: the time alone where it is today. */
export function moment(text: string): FluentVariable {
  const then = new Date(text);
  if (Number.isNaN(then.getTime())) return text;
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  const today = then.toDateString() === new Date().toDateString();
  return new FluentDateTime(then.getTime(), today ? time : { weekday: 'long', day: 'numeric', month: 'long', ...time });
}

/** A number or an address as it was typed: without the mark a plus sign changes sides in a right-to-left sentence. */
export const untouched = (typed: string): string => `\u200e${typed}`;

/** The date and the time of this computer, in full. */
export function here(): FluentVariable {
  return new FluentDateTime(Date.now(), { dateStyle: 'full', timeStyle: 'short' });
}

/** By its language alone: `zh` and `zh-CN` are read by who reads `zh-Hans`. */
function languageOf(tag: string): (typeof LANGUAGES)[number] {
  const base = (text: string) => text.split('-')[0]?.toLowerCase();
  return LANGUAGES.find((language) => base(language.tag) === base(tag)) ?? LANGUAGES[0];
}
