import { rpIdOf, webauthnConfiguration } from '../../devices/index.ts';
import type { Config } from '../config/config.ts';
import { configuredUrl, ownOrigin, webauthnSettings } from '../kind-settings.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Whether passkeys can be used on our own pages. */
export function examinePasskeys(config: Config): Finding[] {
  const url = configuredUrl(config);
  const settings = webauthnConfiguration.safeParse(webauthnSettings(config.kinds['webauthn'], url));
  if (!settings.success)
    return [warning('passkeys cannot be used: kinds.webauthn is not complete', firstIssue(settings))];
  const own = ownOrigin(url);
  if (own === undefined) {
    return [
      warning(
        `passkeys cannot be used on the pages of this server, which are at an address (${url})`,
        'Give it a name: set publicUrl.',
      ),
    ];
  }
  if (new URL(own).protocol === 'http:' && !/(?:^|\.)localhost$/.test(new URL(own).hostname)) {
    return [warning(`passkeys cannot be used on the pages of this server, which are plain (${url})`, 'Use https.')];
  }
  if (!settings.data.origins.includes(own)) {
    return [
      warning(
        `passkeys cannot be used on the pages of this server: ${own} is not one of kinds.webauthn.origins`,
        'Add it, unless passkeys are used on the pages of others only.',
      ),
    ];
  }
  return [ok(`passkeys belong to ${rpIdOf(settings.data)}`)];
}

function firstIssue({ error }: { error: { issues: readonly { path: PropertyKey[]; message: string }[] } }): string {
  const [issue] = error.issues;
  return issue === undefined ? '' : `kinds.webauthn.${issue.path.join('.')} ${issue.message}.`;
}
