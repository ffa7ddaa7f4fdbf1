import type { TicketedPage } from '../bind-page.ts';
import { showWays } from '../challenge/show-ways.ts';
import { downloadCodes } from '../enroll/recovery-codes.ts';
import { goTo, linkTo } from '../visit.ts';
import { beginChange, beginRename } from './begin-change.ts';
import { answerProof, applyProven, cancelProof, proveOtherwise, readProof, resendProof } from './prove.ts';
import { resynchronize, showResynchronization } from './resynchronize.ts';
import { showDevice } from './show-device.ts';
import { showList } from './show-list.ts';
import { showProof } from './show-proof.ts';
import { devicesPurpose, devicesTicket, type DevicesTicket } from './ticket.ts';
import { type DevicesVisit, requireActive, requireOwnDevice } from './visit.ts';

/** Only for somebody who may use his account still. */
function acting(act: (visit: DevicesVisit, form: URLSearchParams) => Promise<Response>) {
  return async (visit: DevicesVisit, form: URLSearchParams): Promise<Response> => {
    await requireActive(visit);
    return act(visit, form);
  };
}

/**
 * The page on which a user sees to his own devices. Who carries its ticket has passed the first factor, and may look; each change asks for a
 * device of his, and the ticket of that question names the one change that it is for.
 */
export const devicesPage: TicketedPage<DevicesTicket> = {
  path: '/devices/',
  purpose: devicesPurpose,
  content: devicesTicket,
  show: acting(async (visit, query) => {
    if (visit.content.proving !== undefined) {
      const proof = await readProof(visit);
      const chooses = query.get('way') === 'other' && !['passed', 'denied'].includes(proof.challenge.state);
      return chooses
        ? showWays(visit, proof.challenge)
        : showProof(visit, proof, { sentAgain: query.get('sent') === 'again' });
    }
    const wanted = query.get('device');
    if (wanted === null) return showList(visit, { done: query.get('done') });
    const own = await visit.parts.engine.devices.list(visit.caller, visit.subject);
    const device = own.find(({ id, kind }) => id === wanted && kind !== 'recovery-codes');
    // It is gone: in another window, perhaps.
    if (device === undefined) return goTo(visit, linkTo(visit));
    const kind = visit.parts.engine.kinds.get(device.kind);
    const setsRight = query.get('resync') === 'yes' && kind?.resynchronize !== undefined;
    return setsRight ? showResynchronization(visit, device) : showDevice(visit, device);
  }),
  actions: {
    add: acting((visit) => beginChange(visit, { do: 'add' })),
    rename: acting(beginRename),
    remove: acting(async (visit, form) => {
      const { id } = await requireOwnDevice(visit, form.get('device') ?? '');
      return beginChange(visit, { do: 'remove', device: id });
    }),
    codes: acting((visit) => beginChange(visit, { do: 'codes' })),
    revoke: acting((visit, form) => beginChange(visit, { do: 'revoke', browser: form.get('browser') ?? '' })),
    'revoke-all': acting((visit) => beginChange(visit, { do: 'revoke-all' })),
    resynchronize: acting(resynchronize),
    answer: acting(answerProof),
    apply: acting(applyProven),
    resend: acting(resendProof),
    another: acting(proveOtherwise),
    cancel: acting(cancelProof),
    download: acting(downloadCodes),
  },
};
