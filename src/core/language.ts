/** The languages of messages and pages (BCP 47), with the name that their readers know. */
export const languages = {
  en: 'English',
  es: 'Español',
  de: 'Deutsch',
  fr: 'Français',
  pt: 'Português',
  zh: '简体中文',
  ja: '日本語',
  ar: 'العربية',
} as const;

export type Language = keyof typeof languages;

export const languageCodes = Object.keys(languages) as Language[];

/** The same shape as an English text, in any language. */
export type TextsLike<Texts> = {
  readonly [Name in keyof Texts]: Texts[Name] extends string
    ? string
    : Texts[Name] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : TextsLike<Texts[Name]>;
};

/** One area of texts in every language. */
export type Localized<Texts> = Readonly<Record<Language, TextsLike<Texts>>>;

export function isLanguage(text: string | null | undefined): text is Language {
  return text !== null && text !== undefined && Object.hasOwn(languages, text);
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/**
 * The language for a reader: of those that he asks for with the highest weight, the first that we have (RFC 9110 §12.5.4, look-up of
 * RFC 4647 §3.4: `pt-BR` is served by `pt`). English when there is none, or the field is not well-formed.
 *
 * @param acceptLanguage the header field
 */
export function negotiateLanguage(acceptLanguage: string | undefined): Language {
  const ranges = (acceptLanguage ?? '')
    .slice(0, 1000)
    .split(',')
    .map((item) =>
      /^\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(item),
    )
    .filter((match) => match !== null)
    .map(([, range = '', weight = '1']) => ({ range: range.toLowerCase(), weight: Number(weight) }));
  const languageOf = (range: string) => range.split('-')[0] ?? '';
  const wanted = ranges.filter(({ weight }) => weight > 0).sort((left, right) => right.weight - left.weight);
  for (const { range } of wanted) {
    if (isLanguage(languageOf(range))) return languageOf(range) as Language;
    if (range !== '*') continue;
    const refused = (code: string) => ranges.some((other) => other.weight === 0 && languageOf(other.range) === code);
    return languageCodes.find((code) => !refused(code)) ?? 'en';
  }
  return 'en';
}

/** The form of a text for a number (CLDR plural rules): `{ one: '1 minute', other: '{n} minutes' }`. */
export function plural(
  language: Language,
  count: number,
  forms: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { other: string },
): string {
  const form = forms[new Intl.PluralRules(language).select(count)] ?? forms.other;
  return form.replace('{n}', new Intl.NumberFormat(language).format(count));
}
