import { expect, test } from 'vitest';

import { bandColour, contrastWithWhite } from '../src/colour';

test('a campus colour that is dark enough stays as it is', () => {
  expect(bandColour('#1f3a5f')).toBe('#1f3a5f');
});

test.each(['#ffffff', '#ffe066', '#ff0000', '#0f0', '#7f7f7f'])('white text on %s is made readable', (colour) => {
  const dark = bandColour(colour) ?? '';
  const channels = [1, 3, 5].map((start) => parseInt(dark.slice(start, start + 2), 16));
  expect(contrastWithWhite(channels)).toBeGreaterThanOrEqual(4.5);
});

test.each(['red', 'url(x)', '#12', '#1234567', ''])('what is no colour is left out: %s', (text) => {
  expect(bandColour(text)).toBeNull();
});
