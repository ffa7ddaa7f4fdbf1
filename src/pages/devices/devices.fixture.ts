import { decodeBase32, totp } from '../../otp/index.ts';
import type { TestEngineOptions } from '../../testing/test-engine.ts';
import { type Got, openPortal, type Portal } from '../pages.fixture.ts';
import { openDevicesVisit } from './ticket.ts';

const step = 30_000;

/** A user with an authenticator app and a mail address, who looks at his devices. */
export interface AtDevices extends Portal {
  userId: string;
  deviceId: string;
  /** The page with a ticket of its own. */
  open(query?: string): Promise<Got>;
  /** The newest code of his app. Moves the clock on, so that each is new. */
  code(): string;
  /** Sends the form of a page with this action, and follows where it leads. */
  go(page: Got, action: string, fields?: Record<string, string>): Promise<Got>;
  /** The form of this action that belongs to one thing. */
  deviceNames(): Promise<string[]>;
}

export async function atDevices(options: TestEngineOptions = {}): Promise<AtDevices> {
  const portal = await openPortal(options);
  const { devices, user } = await portal.engine.devices.provision(portal.caller, {
    user: 'alice',
    devices: [
      { kind: 'totp', name: 'Telephone' },
      { kind: 'email', options: { address: 'alice@example.org' } },
    ],
  });
  const [made] = devices;
  const secret = decodeBase32(made?.shown?.['secret'] as string);
  const { engine, clock, caller } = portal;
  clock.advance(step);
  // It was used last, so it is what is asked for first.
  await engine.verify(caller, { user: 'alice', answer: { code: totp({ secret, time: clock.now() }) } });
  const follow = (page: Got) => portal.follow('devices/', page);
  return {
    ...portal,
    userId: user.id,
    deviceId: made?.device.id ?? '',
    open: async (query = '') => {
      const { ticket } = openDevicesVisit(engine, caller, user, clock.now());
      return portal.get(`devices/?token=${ticket}${query}`);
    },
    code: () => {
      clock.advance(step);
      return totp({ secret, time: clock.now() });
    },
    go: async (page, action, fields = {}) => follow(await portal.submit('devices/', page, action, fields)),
    deviceNames: async () => (await engine.devices.list(caller, user.id)).map(({ name }) => name),
  };
}
