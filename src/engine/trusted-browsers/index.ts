export { type DropReason, dropTrustedBrowsers } from './drop-trusted-browsers.ts';
export { type Recognized, recognizeBrowser, rotateBrowserToken } from './recognize-browser.ts';
export { createTrustedBrowsers } from './trusted-browsers.ts';
