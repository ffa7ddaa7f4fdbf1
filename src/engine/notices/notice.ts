import type { NoticeEvent } from '../../core/notice-event.ts';

/** A security notice. It never holds a secret, nor a link. */
export interface Notice {
  event: NoticeEvent;
  /** The device that it is about, where it is about one. */
  device?: { id: string; kind: string; name: string };
  /** The name of the browser, where it is about one. */
  browser?: string;
  /** The address of whoever did it, as the integration tells. */
  ip?: string | undefined;
  /** The language that the user reads (BCP 47), where it is known. */
  language?: string | undefined;
}
