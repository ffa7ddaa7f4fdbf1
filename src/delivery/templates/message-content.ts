/** What a template makes of its values. */
export interface MessageContent {
  subject: string;
  text: string;
  html: string;
  /** The text in one or two lines, for SMS. */
  short: string;
}
