/** The name by which an integration lists this door. */
export const doorName = 'wsapi';
