import { CountersignError } from '../../core/errors.ts';
import type { Integration } from '../../core/model.ts';
import { isInNetworks, isLoopbackHost, loopbackNetworks } from '../../core/network.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { toFieldIssues } from '../../http/validate.ts';
import { adjureSettings, type AdjureSettings } from './settings.ts';

/** Finds the integration that speaks for callers without a token. */
export type TokenlessIntegration = () => Promise<Integration | undefined>;

/** Who asks, as the engine wants to know it, and what the door may do for him. */
export interface AdjureCaller {
  caller: IntegrationCaller;
  settings: AdjureSettings;
  /** The address of the caller. */
  source: string;
  /** No credential was presented; the address alone let the caller in. */
  tokenless: boolean;
}

/**
 * The integration behind a request. A token that is presented has to be right, wherever it comes from; without one the
 * tokenless integration answers, to the addresses it is open to.
 *
 * @throws CountersignError `unauthorized`, `door_closed`, `misconfigured`
 */
export async function identifyCaller(
  engine: Engine,
  tokenlessIntegration: TokenlessIntegration | undefined,
  { headers, url, source }: { headers: Headers; url: string; source: string },
): Promise<AdjureCaller> {
  const token = presentedToken(headers);
  const tokenless = token === undefined;
  const integration = await (tokenless ? tokenlessIntegration?.() : engine.integrations.authenticate({ token }));
  if (integration === undefined || !integration.active) throw new CountersignError('unauthorized');

  const settings = readSettings(integration);
  const open = isInNetworks(source, settings?.openTo ?? []) && !isAskedByPage(headers, url, source);
  if (tokenless && !open) throw new CountersignError('unauthorized');
  if (settings === undefined) throw new CountersignError('door_closed');
  return { caller: speakFor(integration, settings, source), settings, source, tokenless };
}

/**
 * Whether a page in somebody's browser asks, which the address alone cannot tell from a program: it says so itself, or it asks this machine
 * under a name that is not this machine's (DNS rebinding).
 */
function isAskedByPage(headers: Headers, url: string, source: string): boolean {
  if (headers.has('origin') || (headers.get('sec-fetch-site') ?? 'none') !== 'none') return true;
  return isInNetworks(source, loopbackNetworks) && !isLoopbackHost(new URL(url).hostname.replace(/^\[|\]$/g, ''));
}

/** Adjure itself knows no credentials, so one of another scheme (`Basic`) is none, as it always was. */
function presentedToken(headers: Headers): string | undefined {
  const bearer = /^bearer(?: +(.*))?$/i.exec(headers.get('authorization') ?? '');
  return bearer === null ? (headers.get('x-integration-token') ?? undefined) : (bearer[1] ?? '');
}

function readSettings(integration: Integration): AdjureSettings | undefined {
  const stored = integration.doors['adjure'];
  if (stored === undefined) return undefined;
  const settings = adjureSettings.safeParse(stored);
  if (settings.success) return settings.data;
  const problems = toFieldIssues(settings.error).map(({ path, message }) => `doors.adjure.${path}: ${message}`);
  throw new CountersignError('misconfigured', { detail: `integration ${integration.id}: ${problems.join('; ')}` });
}

/** Adjure's window is one number for all users and remembers nothing: here that is configuration of the device kind. */
function speakFor(integration: Integration, settings: AdjureSettings, source: string): IntegrationCaller {
  const window = { back: settings.slidingWindows, ahead: settings.slidingWindows, learnDrift: false };
  const kinds = { ...integration.kinds, totp: { ...integration.kinds['totp'], ...window } };
  return {
    tenant: integration.tenantId,
    actor: { type: 'integration', id: integration.id },
    door: 'adjure',
    source,
    integration: { ...integration, kinds },
  };
}
