/** What has happened to a user's account that he has to hear of. */
export const noticeEvents = [
  'device_added',
  'device_removed',
  'device_renamed',
  'device_suspended',
  'recovery_codes_replaced',
  'user_locked',
  'push_refused',
  'access_pass_issued',
  'browser_trusted',
  'browser_revoked',
  'device_resynchronized',
] as const;

export type NoticeEvent = (typeof noticeEvents)[number];

export function isNoticeEvent(text: string): text is NoticeEvent {
  return (noticeEvents as readonly string[]).includes(text);
}
