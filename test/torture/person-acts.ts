import { ask, answerChallenge, type Claim, issueChallenge } from './ask.ts';
import type { Person } from './cast.ts';
import { choose, claimOf, pause, type Stage, wrongClaim } from './stage.ts';
import type { Told } from '../history/history.ts';

/** What somebody does next, one thing after the other, until the stage is stopping. */
export async function actAsPerson(stage: Stage, person: Person): Promise<void> {
  while (!stage.stopping) {
    if (person.epoch !== stage.epoch || person.accepted.length >= 300) await showAgain(stage, person);
    else await act(stage, person);
  }
}

async function act(stage: Stage, person: Person): Promise<void> {
  const { lots } = person;
  const lot = lots.between(0, 99);
  if (lot < 60) await showFresh(stage, person, 1);
  else if (lot < 75) await showFresh(stage, person, lots.between(2, 6));
  else if (lot < 80) await showTwoValues(stage, person);
  else if (lot < 85) await answerOneChallenge(stage, person);
  else if (lot < 90) await showUsed(stage, person);
  else if (lot < 95) await ask(choose(stage, person), wrongClaim(person));
  else if (lot < 98) await showForeign(stage, person);
  else await answerForeignChallenge(stage, person);
}

/** A value that nobody has seen, or that was shown and not answered: to one server, or to several at once. */
async function showFresh(stage: Stage, person: Person, times: number): Promise<void> {
  const value = nextValue(person);
  if (value === undefined) return pause(person);
  const claim = claimOf(person, value);
  const told = await Promise.all(Array.from({ length: times }, () => ask(choose(stage, person), claim)));
  await conclude(person, value, told);
}

function nextValue({ pending, device }: Person): number | undefined {
  // What fell out of its window is lost.
  return pending !== undefined && !device.isUntimely(pending) ? pending : device.next();
}

/** Whoever got no verdict shows the same value again. */
async function conclude(person: Person, value: number, told: readonly (Told | undefined)[]): Promise<void> {
  if (told.includes('accepted')) {
    person.accepted.push(value);
    person.pending = undefined;
    return;
  }
  const isOpen = told.some((each) => each === undefined || each === 'lost' || each === 'unavailable');
  person.pending = isOpen ? value : undefined;
  if (isOpen) await pause(person);
}

/** Two values in a row at once: whichever comes second, the lower one is never accepted behind the higher one. */
async function showTwoValues(stage: Stage, person: Person): Promise<void> {
  const lower = nextValue(person);
  if (lower === undefined) return pause(person);
  const lowerClaim = claimOf(person, lower);
  const upper = person.device.next();
  if (upper === undefined) return conclude(person, lower, [await ask(choose(stage, person), lowerClaim)]);
  const upperClaim = claimOf(person, upper);
  const [first, second] = await Promise.all([
    ask(choose(stage, person, 'rest'), lowerClaim),
    ask(choose(stage, person, 'rest'), upperClaim),
  ]);
  if (first === 'accepted') person.accepted.push(lower);
  await conclude(person, upper, [second]);
}

/** One challenge, answered with the right code at several servers at once, and by `verify` beside it. */
async function answerOneChallenge(stage: Stage, person: Person): Promise<void> {
  const value = nextValue(person);
  if (value === undefined) return pause(person);
  const claim = claimOf(person, value);
  const asking = choose(stage, person, person.lots.happens(50) ? 'oss2fa' : 'rest challenge');
  const challenge = await issueChallenge(asking, claim);
  if (challenge === undefined) {
    person.pending = value;
    return pause(person);
  }
  const told = await Promise.all([
    ...stage.servers.map((second) => answerChallenge({ ...asking, second }, claim, challenge)),
    answerChallenge(asking, wrongClaim(person), challenge),
    ask(choose(stage, person, 'rest'), claim),
  ]);
  await conclude(person, value, told.toSpliced(-2, 1));
}

async function showUsed(stage: Stage, person: Person): Promise<void> {
  const value = person.accepted.at(-person.lots.between(1, Math.min(5, person.accepted.length)));
  if (value === undefined) return showFresh(stage, person, 1);
  await showOnceMore(stage, person, value);
}

/** Once more what was accepted. Where another value has the same code by now, it would be another one. */
async function showOnceMore(stage: Stage, person: Person, value: number): Promise<Told | undefined> {
  const claim = claimOf(person, value);
  if (person.device.couldBeRight(claim.code, value)) return 'refused';
  return ask(choose(stage, person), claim);
}

/** The fresh code of somebody else, of this tenant or of another one. */
async function showForeign(stage: Stage, person: Person): Promise<void> {
  const victim = person.lots.one(stage.cast.people);
  const value = victim.device.next();
  if (victim === person || value === undefined) return;
  const stolenFrom = { tenant: victim.tenant.id, user: victim.name };
  const { tenant, name, device } = person;
  // Seen, not shown: its owner can still use it.
  const code = victim.device.codeOf(value);
  if (device.couldBeRight(code)) return;
  const credential = victim.device.id;
  const claim: Claim = { tenant: tenant.id, token: tenant.token, user: name, code, credential, value, stolenFrom };
  await ask(choose(stage, person), claim);
}

/** A challenge of somebody else's tenant, with the code that would be right there. */
async function answerForeignChallenge(stage: Stage, person: Person): Promise<void> {
  const value = nextValue(person);
  const thief = stage.cast.tenants.find(({ id }) => id !== person.tenant.id);
  if (value === undefined || thief === undefined) return pause(person);
  const claim = claimOf(person, value);
  const asking = choose(stage, person, 'rest challenge');
  const challenge = await issueChallenge(asking, claim);
  person.pending = value;
  if (challenge === undefined) return pause(person);
  const owner = { tenant: person.tenant.id, user: person.name };
  await answerChallenge(
    asking,
    { ...claim, tenant: thief.id, token: thief.token, stolenFrom: owner },
    challenge,
    owner,
  );
}

/** Behind a fault: everything that was accepted since the one before is refused. */
export async function showAgain(stage: Stage, person: Person): Promise<void> {
  const { epoch } = stage;
  // The newest first: had the fault undone something, the older ones would be refused all the same.
  const values = person.accepted.splice(0).toReversed();
  for (let from = 0; from < values.length; from += 4)
    await Promise.all(values.slice(from, from + 4).map((value) => showUntilJudged(stage, person, value)));
  person.epoch = epoch;
}

async function showUntilJudged(stage: Stage, person: Person, value: number): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    const told = await showOnceMore(stage, person, value);
    if (told !== undefined && told !== 'lost' && told !== 'unavailable') return;
    await pause(person);
  }
}
