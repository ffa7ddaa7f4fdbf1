/** The doors that an integration may list. */
export const doorNames: readonly string[] = ['rest', 'oss2fa', 'adjure', 'wsapi', 'portal'];
