export {
  directionOf,
  isLanguage,
  type Language,
  languageCodes,
  languages,
  type Localized,
  negotiateLanguage,
  plural,
  type TextsLike,
} from '../../core/language.ts';
