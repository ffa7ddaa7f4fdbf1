import { CountersignError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { splitYubikeyOtp, type YubicoStatus } from '../../otp/index.ts';
import type { VerifyRequest } from './read-verify-request.ts';

/** The kind that answers here. */
const kind = 'yubikey';

/** How long an OTP with its nonce is known again. An OTP that was accepted is dead for good, whatever comes with it. */
const nonceLifeMs = 3_600_000;

/** A status, and what else the protocol says with it. */
export interface Verified {
  status: YubicoStatus;
  extra?: Readonly<Record<string, string>>;
}

/**
 * Has the engine judge an OTP as the answer of the user whose key has made it. A key that nobody has is asked of a user who does not exist:
 * it takes the same way, time and guesses (design law 8).
 */
export async function verifyOtp(
  engine: Engine,
  caller: IntegrationCaller,
  { otp, nonce, timestamp }: VerifyRequest,
  now: number,
): Promise<Verified> {
  const parts = splitYubikeyOtp(otp);
  if (parts === undefined || parts.publicId === '') return { status: 'BAD_OTP' };
  const { publicId, token } = parts;
  if (!(await engine.sharedKeys.spendNonce(caller, `${publicId}${token}:${nonce}`, now + nonceLifeMs)))
    return { status: 'REPLAYED_REQUEST' };

  const owner = await engine.devices.findByLookup(caller, kind, publicId);
  try {
    const outcome = await engine.verify(caller, {
      user: owner?.user.name ?? `${kind} ${publicId}`,
      answer: { code: otp },
      kinds: [kind],
      tellReplayed: true,
    });
    if (!outcome.accepted) return { status: outcome.replayed === true ? 'REPLAYED_OTP' : 'BAD_OTP' };
    // One database, which every node asks: nobody else has to agree.
    return { status: 'OK', extra: { sl: '100', ...(timestamp ? countersOf(outcome.device.public) : {}) } };
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'too_many_attempts')
      return { status: 'OPERATION_NOT_ALLOWED' };
    throw error;
  }
}

/** What the key itself has counted, in the words of the protocol. */
function countersOf({ timestamp, usageCounter, sessionUse }: JsonObject): Record<string, string> {
  if (typeof timestamp !== 'number' || typeof usageCounter !== 'number' || typeof sessionUse !== 'number') return {};
  return { timestamp: String(timestamp), sessioncounter: String(usageCounter), sessionuse: String(sessionUse) };
}
