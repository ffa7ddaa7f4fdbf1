import type { Challenge } from '../core/model.ts';
import { totp, decodeBase32 } from '../otp/index.ts';
import { sealChallengeTicket } from './index.ts';
import { type Got, type Portal, returnUrl } from './pages.fixture.ts';
import type { PortalRequest } from './tickets.ts';

/** Somebody who reads a page, fills in its forms and follows where they lead. */
export interface Reader {
  /** What he sees now. */
  page(): Got;
  /** Sends a form of what he sees. */
  submit(action: string, fields?: Record<string, string>): Promise<Got>;
  /** The back button, and a form of that page: sends it as it was then. */
  submitOf(page: Got, action: string, fields?: Record<string, string>): Promise<Got>;
  /** Loads the page again, with this beside its ticket. */
  open(more?: string): Promise<Got>;
}

export async function openReader(portal: Portal, name: string, ticket: string): Promise<Reader> {
  const path = `${name}/`;
  let current = ticket;
  let now = await portal.get(`${path}?token=${ticket}`);
  const submitOf = async (page: Got, action: string, fields: Record<string, string> = {}) => {
    const answer = await portal.submit(path, page, action, fields);
    const sent = new URLSearchParams(answer.location?.split('?')[1]).get('token');
    if (answer.location?.startsWith('./') === true && sent !== null) current = sent;
    now = await portal.follow(path, answer);
    return now;
  };
  return {
    page: () => now,
    submitOf,
    submit: (action, fields) => submitOf(now, action, fields),
    open: async (more = '') => {
      now = await portal.get(`${path}?token=${current}${more}`);
      return now;
    },
  };
}

/** A user with an authenticator app, and the code that it shows. */
export async function giveTotp(portal: Portal, user: string) {
  const { user: owner, devices } = await portal.engine.devices.provision(portal.caller, {
    user,
    devices: [{ kind: 'totp' }],
  });
  const secret = decodeBase32(devices[0]?.shown?.['secret'] as string);
  return { id: owner.id, code: () => totp({ secret, time: portal.clock.now() }) };
}

/** A user with a mail address. */
export async function giveEmail(portal: Portal, user: string) {
  const options = { address: `${user}@example.org` };
  const { user: owner, devices } = await portal.engine.devices.provision(portal.caller, {
    user,
    devices: [{ kind: 'email', options }],
  });
  return { id: owner.id, deviceId: devices[0]?.device.id ?? '' };
}

/** A challenge and somebody who reads its page. */
export async function openChallenge(
  portal: Portal,
  user: string,
  request: PortalRequest = { returnUrl, state: 'state-1' },
): Promise<{ challenge: Challenge; ticket: string; reader: Reader }> {
  const challenge = await portal.engine.challenges.issue(portal.caller, { user });
  const ticket = sealChallengeTicket(portal.engine, portal.caller, challenge, request);
  return { challenge, ticket, reader: await openReader(portal, 'challenge', ticket) };
}

/** The code of the newest message. */
export function lastCode({ messages }: Pick<Portal, 'messages'>): string {
  const code = messages.at(-1)?.values['code'];
  if (code === undefined) throw new Error('no code was sent');
  return code;
}
