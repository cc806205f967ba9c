/** WCAG 2.2: contrast of text against its background. */
const LEAST_CONTRAST = 4.5;

/** Darkens a campus colour (`#rrggbb` or `#rgb`) until white text on it has 4.5:1; nothing for what is no colour. */
export function bandColour(hex: string): string | null {
  const digits = /^#(?:([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})|([0-9a-f])([0-9a-f])([0-9a-f]))$/i.exec(hex.trim());
  if (digits === null) return null;
  const channels = digits.slice(1).filter((part) => part !== undefined).map((part) => parseInt(part.length === 1 ? part + part : part, 16));
  let dark = channels;
  for (let share = 100; contrastWithWhite(dark) < LEAST_CONTRAST; share -= 2) {
    dark = channels.map((channel) => Math.round((channel * share) / 100));
  }
  return `#${dark.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

export function contrastWithWhite(channels: number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
