import type { NoticeEvent } from '../../../core/notice-event.ts';

/** What a question tells besides who asks; each part may be unknown. */
export interface QuestionParts {
  user: string | undefined;
  ip: string | undefined;
  reference: string | undefined;
}

/** The built-in messages in one language. Names that are given to them are one line each. */
export interface MessageTexts {
  code: {
    /** Never the code: a subject shows on a locked screen. */
    subject: (issuer: string) => string;
    request: (issuer: string, user: string | undefined) => string;
    lifetime: (minutes: number) => string;
    validity: (lifetime: string | undefined) => string;
    warning: string;
    /** The first sentence of an SMS, and those that are added while there is room. */
    short: (code: string, issuer: string) => string;
    shortValidity: (lifetime: string) => string;
    doNotShare: string;
  };
  question: {
    subject: (issuer: string) => string;
    text: (parts: QuestionParts) => string;
    warning: string;
  };
  notice: {
    titles: Readonly<Record<NoticeEvent, string>>;
    /** `name` is that of the device or browser. */
    happened: Readonly<Record<NoticeEvent, (name: string) => string>>;
    account: (user: string, integration: string | undefined) => string;
    time: (time: string) => string;
    address: (ip: string) => string;
    warning: string;
  };
}
