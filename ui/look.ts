/**
 * Looks at what is drawn as somebody who enlarges it, sees little contrast, has no mouse or cannot bear motion.
 * Needs a real browser engine; the colours, size and motion are those that the browser is told.
 */
import axe from 'axe-core';

import { contrastWithWhite } from './src/colour';

export type Seen = {
  /** What is wrong, one sentence each. */
  complaints: string[];
  /** How many texts and controls are to be seen; the same at every size, or something was lost. */
  parts: number;
  /** The tag that the page says it is in. */
  language: string;
};

const AXE: axe.RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'target-size': { enabled: true } },
  resultTypes: ['violations', 'incomplete'],
  preload: false,
};

/** WCAG 2.5.8, in CSS pixels. */
const LEAST_TARGET = 24;
/** WCAG 1.4.11: edges of fields and marks of the focus against what is beside them. */
const LEAST_CONTRAST = 3;
/** WCAG 2.4.13 asks for this perimeter at AAA; less is hard to find. */
const LEAST_OUTLINE = 2;
/** Layout rounds to parts of a pixel. */
const ROUNDING = 1;

const TARGETS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex^="-"])';
const FIELDS = 'input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea';

/** What WCAG 1.4.12 lets a person set for themselves. */
const SPACED = new CSSStyleSheet();
SPACED.replaceSync(`
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }
`);

/** All that can be wrong. */
export async function look(): Promise<Seen> {
  const seen = glance();
  return { ...seen, complaints: [...seen.complaints, ...(await axeFinds())] };
}

/** What longer or other words can spoil, in a fraction of the time. */
export function glance(): Seen {
  const controls = reachable();
  const complaints = [...lost(), ...withSpacedText(lost), ...squeezed(), ...controls.flatMap(small), ...faintEdges(), ...moving()];
  const parts = texts().length + controls.length;
  const before = document.activeElement;
  complaints.push(...controls.flatMap(unmarkedWhenFocused));
  if (before instanceof HTMLElement) before.focus();
  scrollTo(0, 0);
  return { complaints, parts, language: document.documentElement.lang };
}

/** What somebody has to be able to do or see without scrolling, and cannot: press the primary button, see these fields. */
export function outOfSight(fields: string): string[] {
  const primary = document.querySelector('dialog:modal') ?? document;
  return [...primary.querySelectorAll<HTMLElement>(`.primary, ${fields}`)].filter((wanted) => !inView(wanted)).map((wanted) => `${nameOf(wanted)} is out of sight`);
}

function inView(element: HTMLElement): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  // Just inside of it: the actions may lie over its end.
  const corners = [document.elementFromPoint(left + 8, top + 8), document.elementFromPoint(right - 8, bottom - 4)];
  return bottom <= innerHeight && corners.every((corner) => corner !== null && element.contains(corner));
}

let stops: HTMLElement[] = [];
let stoppedAt: string[] = [];

/** Where Tab has to stop from here on, in this order; from now on every stop is noted. */
export function follow(): string[] {
  const chosen = (control: HTMLElement) => {
    if (!(control instanceof HTMLInputElement) || control.type !== 'radio' || control.checked) return true;
    // Tab goes to the chosen one of a group, the arrows to the others.
    const group = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')].filter(({ name }) => name === control.name);
    return !group.some(({ checked }) => checked) && group[0] === control;
  };
  stops = reachable().filter(chosen);
  // Where a dialog asks something, its button has the focus already.
  stops = stops.slice(stops.indexOf(document.activeElement as HTMLElement) + 1);
  stoppedAt = [];
  document.addEventListener('focusin', noteStop);
  return stops.map(stopName);
}

/** Where the focus was since then, in this order. */
export function followed(): string[] {
  document.removeEventListener('focusin', noteStop);
  return stoppedAt;
}

function noteStop({ target }: FocusEvent): void {
  stoppedAt.push(stopName(target as HTMLElement));
}

function stopName(control: HTMLElement): string {
  return `${stops.indexOf(control) + 1} ${nameOf(control)}`;
}

/** What lies outside of the page or is cut off in it, and what has to be scrolled sideways. WCAG 1.4.10. */
function lost(): string[] {
  const found = [];
  const page = document.scrollingElement as HTMLElement;
  const width = page.clientWidth;
  if (page.scrollWidth > width) found.push(`the page is ${page.scrollWidth} px wide in a window of ${width} px`);
  for (const text of texts()) {
    const range = document.createRange();
    range.selectNodeContents(text);
    const outside = [...range.getClientRects()].some(({ left, right }) => left < -ROUNDING || right > width + ROUNDING);
    if (outside) found.push(`“${text.data.trim()}” is outside of the page`);
  }
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    if (!isShown(element)) continue;
    const { left, right } = element.getBoundingClientRect();
    if (left < -ROUNDING || right > width + ROUNDING) found.push(`${nameOf(element)} is outside of the page`);
    const wide = element.scrollWidth > element.clientWidth + ROUNDING;
    const high = element.scrollHeight > element.clientHeight + ROUNDING;
    const { overflowX, overflowY, display } = getComputedStyle(element);
    // A field scrolls what is typed into it; what is inline has no box of its own that could cut.
    if (display === 'inline' || element.matches(FIELDS)) continue;
    if (wide && (overflowX !== 'visible' || element.localName === 'button')) found.push(`${nameOf(element)} is cut off at its side`);
    if (high && (overflowY === 'hidden' || overflowY === 'clip' || element.localName === 'button')) found.push(`${nameOf(element)} is cut off at its end`);
  }
  return found;
}

/** A word by itself: the parts of a path or of a compound may stand on two lines. */
const WORD = /(?<![-/_\p{L}\p{M}\p{N}.@])[\p{L}\p{M}\p{N}.@]+(?![-/_\p{L}\p{M}\p{N}.@])/gu;

/** Words that are broken although the page has room for them: what stands beside them leaves them none. */
function squeezed(): string[] {
  const main = document.querySelector('main') ?? document.body;
  const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(main);
  const room = (main.clientWidth - parseFloat(paddingInlineStart) - parseFloat(paddingInlineEnd)) / 2;
  const found = [];
  for (const text of texts()) {
    for (const { 0: word, index } of text.data.matchAll(WORD)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const lines = [...range.getClientRects()];
      const tops = new Set(lines.map(({ top }) => Math.round(top)));
      const width = lines.reduce((sum, line) => sum + line.width, 0);
      // Chinese and Japanese are broken between any two of their characters.
      if (tops.size > 1 && width < room && !/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(word)) found.push(`“${word}” is broken, and there is room`);
    }
  }
  return found;
}

function withSpacedText(check: () => string[]): string[] {
  document.adoptedStyleSheets.push(SPACED);
  const found = check().map((complaint) => `with spaced text, ${complaint}`);
  document.adoptedStyleSheets.pop();
  return found;
}

/** WCAG 2.5.8; the label of a field is part of its target, a link in a sentence is excepted. */
function small(control: HTMLElement): string[] {
  if (control.localName === 'a' && getComputedStyle(control).display === 'inline') return [];
  const boxes = [control, ...((control as HTMLInputElement).labels ?? [])].map((element) => element.getBoundingClientRect());
  if (boxes.some(({ width, height }) => width >= LEAST_TARGET && height >= LEAST_TARGET)) return [];
  const [own] = boxes;
  return [`${nameOf(control)} is ${own?.width} × ${own?.height} px`];
}

/** WCAG 1.4.11: a field is seen by its edge or by its ground. */
function faintEdges(): string[] {
  return [...document.querySelectorAll<HTMLElement>(FIELDS)].filter(isShown).flatMap((field) => {
    const { borderTopColor, borderTopWidth } = getComputedStyle(field);
    const beside = groundOf(field.parentElement);
    const edge = borderTopWidth === '0px' ? 1 : contrast(colourOf(borderTopColor), beside);
    const best = Math.max(edge, contrast(groundOf(field), beside));
    return best >= LEAST_CONTRAST ? [] : [`the edge of ${nameOf(field)} has ${best.toFixed(2)}:1`];
  });
}

/** WCAG 2.2.2 and 2.3.3: whoever asks for no motion gets none. */
function moving(): string[] {
  if (!matchMedia('(prefers-reduced-motion: reduce)').matches) return ['the browser was not told to reduce motion'];
  const running = document.getAnimations().map((animation) => `an animation is ${animation.playState}`);
  const set = [...document.querySelectorAll<HTMLElement>('body *')].filter(isShown).flatMap((element) => {
    const { animationName, transitionDuration, appearance } = getComputedStyle(element);
    const found = [];
    if (animationName !== 'none') found.push(`${nameOf(element)} has the animation ${animationName}`);
    if (/[1-9]/.test(transitionDuration)) found.push(`${nameOf(element)} has a transition`);
    // What the engine draws by itself it also moves, and no style can stop it.
    if (element.matches('progress:indeterminate') && appearance !== 'none') found.push(`${nameOf(element)} runs to and fro`);
    return found;
  });
  return [...running, ...set];
}

/** WCAG 2.4.7, 2.4.11, 1.4.11: where the focus is can be seen. */
function unmarkedWhenFocused(control: HTMLElement): string[] {
  control.focus();
  const name = nameOf(control);
  if (document.activeElement !== control) return [`${name} does not take the focus`];
  const found = [];
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(control);
  if (!control.matches(':focus-visible')) found.push(`${name} does not say that the focus is on it`);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < LEAST_OUTLINE) {
    found.push(`${name} has an outline of ${outlineStyle} ${outlineWidth} when focused`);
  }
  const seen = contrast(colourOf(outlineColor), groundOf(control.parentElement));
  if (seen < LEAST_CONTRAST) found.push(`the outline of ${name} has ${seen.toFixed(2)}:1`);
  const { left, top, width, height } = control.getBoundingClientRect();
  const topmost = document.elementFromPoint(left + width / 2, top + height / 2);
  if (topmost === null || !control.contains(topmost)) found.push(`${name} is covered or out of sight when focused`);
  return found;
}

async function axeFinds(): Promise<string[]> {
  const { violations, incomplete, passes } = await axe.run(document, AXE);
  if (passes.length === 0) return ['axe checked nothing'];
  const found = violations.map(told);
  // A colour that axe could not tell is a colour that nobody checked; what is scrolled away in a box is looked at again.
  for (const { target } of incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes)) {
    document.querySelector(String(target[0]))?.scrollIntoView({ block: 'center' });
    const again = await axe.run({ include: target }, { runOnly: { type: 'rule', values: ['color-contrast'] } });
    found.push(...[...again.violations, ...again.incomplete].map(told));
  }
  return found;
}

function told({ id, impact, nodes }: axe.Result): string {
  const where = nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary?.replace(/\s+/g, ' ')}`);
  return `axe: ${id} (${impact}): ${where.join('; ')}`;
}

/** The controls that can be seen and used; while a dialog asks something, only its own. */
function reachable(): HTMLElement[] {
  const where = document.querySelector('dialog:modal') ?? document;
  return [...where.querySelectorAll<HTMLElement>(TARGETS)].filter(isShown);
}

function texts(): Text[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode() !== null) {
    const text = walker.currentNode as Text;
    // The engine lays out the options of a list in a window of its own.
    if (text.data.trim() !== '' && text.parentElement?.closest('option') === null && isShown(text.parentElement)) found.push(text);
  }
  return found;
}

/** Whether somebody who sees gets to see it: neither hidden nor cut down to a pixel for screen readers alone. */
function isShown(element: Element): boolean {
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  for (let around: Element | null = element; around !== null; around = around.parentElement) {
    if (around.clientWidth <= 1 && getComputedStyle(around).overflowX === 'hidden') return false;
  }
  return true;
}

function nameOf(element: Element): string {
  const { localName, id, className } = element;
  const classes = typeof className === 'string' ? className.trim().split(/\s+/).filter(Boolean) : [];
  const words = element.textContent?.trim().replace(/\s+/g, ' ').slice(0, 40) ?? '';
  return `${localName}${id === '' ? '' : `#${id}`}${classes.map((name) => `.${name}`).join('')}${words === '' ? '' : ` “${words}”`}`;
}

type Colour = { channels: number[]; opacity: number };

const colours = new Map<string, Colour>();
const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

/** The channels of a colour in any notation. */
function colourOf(css: string): Colour {
  const known = colours.get(css);
  if (known !== undefined) return known;
  if (canvas === null) throw new Error('no canvas');
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, opacity = 0] = canvas.getImageData(0, 0, 1, 1).data;
  const colour = { channels: [red, green, blue], opacity };
  colours.set(css, colour);
  return colour;
}

/** The colour that an element stands on. */
function groundOf(element: Element | null): Colour {
  for (let around = element; around !== null; around = around.parentElement) {
    const ground = colourOf(getComputedStyle(around).backgroundColor);
    if (ground.opacity === 255) return ground;
  }
  throw new Error('the page has no ground');
}

/** Of a colour against the ground that it is drawn on. */
function contrast(colour: Colour, ground: Colour): number {
  const share = colour.opacity / 255;
  const drawn = colour.channels.map((channel, index) => share * channel + (1 - share) * (ground.channels[index] ?? 0));
  const ratio = contrastWithWhite(drawn) / contrastWithWhite(ground.channels);
  return Math.max(ratio, 1 / ratio);
}
