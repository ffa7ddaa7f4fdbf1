import { pushSubscription, type PushSubscription } from '../../devices/index.ts';

/** What the script of the page has put there, if it is one: without, the browser is a device that keeps its page open. */
export function readSubscription(text: string | null): PushSubscription | undefined {
  if (text === null || text === '' || text.length > 4096) return undefined;
  try {
    const parsed = pushSubscription.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
