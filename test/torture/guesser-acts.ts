import { setTimeout as sleep } from 'node:timers/promises';
import type { Told } from '../history/history.ts';
import { ask } from './ask.ts';
import { guessesPerUser, type Person } from './cast.ts';
import { historyTime } from './recorder.ts';
import { choose, claimOf, pause, type Stage, wrongClaim } from './stage.ts';

/** Guesses up to the budget and beyond it, at all servers at once; then shows the right code; then is unlocked. */
export async function actAsGuesser(stage: Stage, person: Person): Promise<void> {
  while (!stage.stopping) {
    const storm = person.lots.between(guessesPerUser / 2, guessesPerUser * 3);
    const guesses = await Promise.all(
      Array.from({ length: storm }, () =>
        ask(choose(stage, person, person.lots.happens(80) ? 'rest' : 'rest challenge'), wrongClaim(person)),
      ),
    );
    // Slower than the others, whose right codes are what it is about.
    await sleep(guesses.includes('lost') ? 300 : 50);
    const told = await showRight(stage, person);
    // Whoever got in is forgiven already; and what was lost may have been that.
    if (told !== 'accepted') await unlock(stage, person);
  }
}

async function showRight(stage: Stage, person: Person): Promise<Told | undefined> {
  const { pending, device } = person;
  const value = pending !== undefined && !device.isUntimely(pending) ? pending : device.next();
  if (value === undefined) return undefined;
  const told = await ask(choose(stage, person, 'rest'), claimOf(person, value));
  // What nobody has judged can be shown again; but not what may have been accepted.
  person.pending = told === 'exhausted' || told === 'unavailable' || told === 'lost' ? value : undefined;
  return told;
}

async function unlock(stage: Stage, person: Person): Promise<void> {
  const since = historyTime();
  for (let turn = 0; turn < 400; turn++) {
    const reply = await person.lots.one(stage.servers).post(`/v1/users/${person.id}/unlock`, person.tenant.token, {});
    if (reply?.status === 200) break;
    if (reply !== undefined && reply.status !== 503) stage.recorder.surprise(`an unlock: ${JSON.stringify(reply)}`);
    await pause(person);
  }
  stage.recorder.record({ event: 'reset', since, at: historyTime(), tenant: person.tenant.id, user: person.name });
}
