import { isStandIn } from '../../core/policy/decide.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import type { Change } from './ticket.ts';
import type { DevicesVisit } from './visit.ts';

/** A change as the user is asked about it, and what follows from it where he may not think of that. */
export async function describeChange(
  visit: DevicesVisit,
  change: Change,
): Promise<{ title: string; warning?: string | undefined }> {
  const { parts, caller, subject } = visit;
  const { changes, device: texts } = devicesTexts[visit.language];
  if (change.do === 'add' || change.do === 'codes' || change.do === 'revoke-all') return { title: changes[change.do] };
  if (change.do === 'revoke') {
    const browsers = await parts.engine.trustedBrowsers.list(caller, subject);
    return { title: changes.revoke(browsers.find(({ id }) => id === change.browser)?.name ?? '') };
  }
  const devices = await parts.engine.devices.list(caller, subject);
  const name = devices.find(({ id }) => id === change.device)?.name ?? '';
  if (change.do === 'rename') return { title: changes.rename(name, change.name) };
  const left = devices.filter(({ id, kind }) => id !== change.device && !isStandIn(kind));
  return { title: changes.remove(name), warning: left.length === 0 ? texts.last : undefined };
}
