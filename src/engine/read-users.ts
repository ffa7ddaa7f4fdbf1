import type { BindingContext } from '../core/model.ts';
import { type GuessAccounts, type GuessPayer, openGuessAccounts } from '../limits/index.ts';
import { findUsersWithDevices, type UserWithDevices } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import type { WriteContext } from './ledger.ts';
import type { EngineParts } from './parts.ts';

/** Who pays for a guess at the second factor of a user. */
export function guessPayer(caller: IntegrationCaller, user: string, source: string | undefined): GuessPayer {
  return { tenant: caller.tenant, realm: caller.integration.realmId, user, source, purpose: 'factor' };
}

/** Who pays for a guess at an enrollment: the user to be, apart from his guesses at challenges. */
export function enrollmentPayer(caller: IntegrationCaller, user: string): GuessPayer {
  return { tenant: caller.tenant, realm: caller.integration.realmId, user, source: undefined, purpose: 'enrollment' };
}

/** Who pays for an answer of a passkey by which somebody signs in without a name: the passkey itself, by the stored form of its name. */
export function passkeyPayer(caller: IntegrationCaller, lookup: string, source: string | undefined): GuessPayer {
  return guessPayer(caller, `passkey ${lookup}`, source);
}

/** A question about a user, whose name is in the form in which it is stored. */
export interface UserQuestion {
  caller: IntegrationCaller;
  options: { user: string; context?: BindingContext };
}

/** The users of a batch of questions with their devices, at the places of the questions, and the accounts that pay for guesses at them. */
export async function readUsers(
  parts: EngineParts,
  tx: WriteContext,
  questions: readonly UserQuestion[],
): Promise<{ found: (UserWithDevices | undefined)[]; accounts: GuessAccounts }> {
  // The devices before the budgets: a guess that is paid for after this has changed the devices by the time they are written.
  const found = await findUsersWithDevices(
    tx.db,
    'name',
    questions.map(({ caller: { tenant, integration }, options: { user } }) => ({
      tenant,
      realm: integration.realmId,
      user,
    })),
  );
  const guesses = questions.map(({ caller, options: { user, context } }) => ({
    payer: guessPayer(caller, user, context?.ip),
    policy: caller.integration.policy,
  }));
  return { found, accounts: await openGuessAccounts(tx.db, guesses, parts.clock.now()) };
}
