/** A colour as red, green and blue, 0 … 255. */
type Colour = readonly [number, number, number];

/** The colours of the pages that an accent has to stand out from; the stylesheet has the same. */
const light = { card: '#ffffff', page: '#f3f4f7' };
const dark = { card: '#1b1e25', page: '#101216' };

const black: Colour = [0, 0, 0];
const white: Colour = [255, 255, 255];

/** The colour of the pages of a tenant that has set none. */
export const defaultAccent = '#2f5bd3';

/**
 * The stylesheet that gives pages their accent, made from one colour. Links have a contrast of at least 4.5 to what lies behind them, buttons
 * of at least 3, and the text on buttons of at least 4.5 (WCAG 2.2, 1.4.3 and 1.4.11), in both modes: a colour that is too light or too dark
 * is shifted as far as needed.
 *
 * @param accent `#rrggbb`
 */
export function accentStylesheet(accent: string): string {
  return `${variables(accent, light, black)}@media (prefers-color-scheme:dark){${variables(accent, dark, white)}}\n`;
}

function variables(accent: string, behind: typeof light, towards: Colour): string {
  const grounds = [parseColour(behind.card), parseColour(behind.page)];
  const fill = shiftUntil(parseColour(accent), towards, grounds, 3);
  const text = shiftUntil(parseColour(accent), towards, grounds, 4.5);
  const onFill = contrast(fill, white) >= contrast(fill, black) ? white : black;
  const [ground = white] = grounds;
  const wash = mix(ground, text, 0.08);
  return `:root{--accent:${format(fill)};--on-accent:${format(onFill)};--accent-text:${format(text)};--accent-wash:${format(wash)}}`;
}

function shiftUntil(colour: Colour, towards: Colour, grounds: readonly Colour[], least: number): Colour {
  for (let part = 0; part < 1; part += 0.02) {
    const shifted = mix(colour, towards, part);
    if (grounds.every((ground) => contrast(shifted, ground) >= least)) return shifted;
  }
  return towards;
}

/** The ratio of contrast of two colours, 1 … 21 (WCAG 2.2). */
export function contrastOf(one: string, other: string): number {
  return contrast(parseColour(one), parseColour(other));
}

function contrast(one: Colour, other: Colour): number {
  const [low, high] = [luminance(one), luminance(other)].sort((left, right) => left - right) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Relative luminance of sRGB (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(colour: Colour, towards: Colour, part: number): Colour {
  const channel = (index: 0 | 1 | 2) => Math.round(colour[index] + (towards[index] - colour[index]) * part);
  return [channel(0), channel(1), channel(2)];
}

function parseColour(text: string): Colour {
  const channel = (at: number) => Number.parseInt(text.slice(at, at + 2), 16);
  return [channel(1), channel(3), channel(5)];
}

function format(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
