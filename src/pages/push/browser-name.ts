/** Browsers by what only they say of themselves: most claim to be others, too. */
const browsers: readonly [mark: RegExp, name: string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly [mark: RegExp, name: string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/** What a user would call his browser, e.g. `Firefox, Android`. Undefined when it does not say. */
export function browserName(userAgent: string | undefined): string | undefined {
  const nameOf = (known: typeof browsers) => known.find(([mark]) => mark.test(userAgent ?? ''))?.[1];
  const names = [nameOf(browsers), nameOf(systems)].filter((name) => name !== undefined);
  return names.length === 0 ? undefined : names.join(', ');
}
