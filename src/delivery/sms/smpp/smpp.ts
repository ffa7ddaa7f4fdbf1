import { refused, type Sms, type SmsGateway, type SmsOutcome, taken, unclear } from '../gateway.ts';
import { submitBodies } from './bodies.ts';
import { command, statusOk, statusSystemError } from './pdu.ts';
import { openSession, type SessionOptions, type SmppSession } from './session.ts';
import { SmppFailure } from './smpp-failure.ts';
import { turnstile } from './turnstile.ts';

/** A message centre that is spoken to directly. It is named in the configuration by its operator, so no address is refused. */
export interface SmppOptions extends SessionOptions {
  /** For the log. Default: `smpp`. */
  name?: string | undefined;
  /** A number, a short code, or up to eleven letters and digits. */
  from: string;
  /** Default `udh`. */
  longMessages: 'udh' | 'payload';
}

/** As many messages may wait for their answers; a centre that is given more throttles, or hangs up. */
const unanswered = 10;

/** A message centre over SMPP 3.4, bound as a transmitter; one connection that is opened with the first message and kept. */
export function smpp(options: SmppOptions): SmsGateway {
  const { from, longMessages, timeoutMs } = options;
  let current: Promise<SmppSession> | undefined;
  let reference = 0;
  const turns = turnstile(unanswered);

  /** The session that is open, tried just now, or a new one. Several that find the same one broken open one in its place. */
  async function session(): Promise<SmppSession> {
    const tried = current;
    const known = await tried?.catch(() => undefined);
    if (known?.isOpen() === true) {
      try {
        await known.request(command.enquireLink);
        return known;
      } catch (error) {
        if (!(error instanceof SmppFailure)) throw error;
      }
    }
    const next = current === tried || current === undefined ? openSession(options) : current;
    current = next;
    return next;
  }

  async function submit({ to, text }: Sms, progress: { submitted: boolean; over: boolean }): Promise<SmsOutcome> {
    reference = (reference + 1) % 256;
    const bodies = submitBodies({ from, to, text, longMessages, reference });
    await turns.enter();
    try {
      if (progress.over) return refused('it was too late to submit');
      const open = await session();
      if (progress.over) return refused('it was too late to submit');
      for (const body of bodies) {
        const first = !progress.submitted;
        progress.submitted = true;
        const { status } = await open.request(command.submitSm, body);
        if (status === statusOk) continue;
        const reason = `status 0x${status.toString(16)}`;
        return first && status !== statusSystemError ? refused(reason) : unclear(reason);
      }
      return taken;
    } catch (error) {
      if (!(error instanceof SmppFailure)) throw error;
      return progress.submitted ? unclear(error.message) : refused(error.message);
    } finally {
      turns.leave();
    }
  }

  return {
    name: 'smpp',
    timeoutMs,
    async send(sms) {
      const progress = { submitted: false, over: false };
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<SmsOutcome>((resolve) => {
        timer = setTimeout(() => {
          progress.over = true;
          const reason = `not done within ${timeoutMs} ms`;
          resolve(progress.submitted ? unclear(reason) : refused(reason));
        }, timeoutMs);
      });
      try {
        return await Promise.race([submit(sms, progress), late]);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      const open = await current?.catch(() => undefined);
      await open?.close();
    },
  };
}
