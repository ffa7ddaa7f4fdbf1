import { hash } from 'node:crypto';
import { invalidParameter } from '../core/errors.ts';
import type { Json } from '../core/model.ts';
import type { IdempotencyEngine, IntegrationCaller } from '../engine/engine.ts';

export interface AnswerOnceOptions {
  engine: IdempotencyEngine;
  caller: IntegrationCaller;
  /** The header field `Idempotency-Key`. */
  key: string;
  /** What must be the same in a repetition: method, target, body. */
  request: readonly string[];
  run: () => Promise<{ status: number; body: unknown }>;
  report: (error: unknown) => void;
}

/**
 * Runs a request whose key is new, and answers a repetition with what the first was answered. A request that is refused
 * leaves no trace, so that it can be repeated with the same key.
 *
 * @throws CountersignError `invalid_parameters` (the key), `idempotency_conflict`, `request_in_progress`, and what `run` throws
 */
export async function answerOnce(
  options: AnswerOnceOptions,
): Promise<{ status: number; body: unknown; replayed: boolean }> {
  const { engine, caller, key, request, run, report } = options;
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw invalidParameter('Idempotency-Key', 'must be 1 to 200 visible ASCII characters');
  }
  const claim = await engine.claim(caller, key, hash('sha256', JSON.stringify(request)));
  if (claim.state === 'done') return { status: claim.status, body: claim.body, replayed: true };
  let answer: { status: number; body: unknown };
  try {
    answer = await run();
  } catch (error) {
    await engine.settle(caller, key, undefined).catch(report);
    throw error;
  }
  // What was created stays created: that its answer could not be kept must not tell the caller otherwise.
  await engine.settle(caller, key, { status: answer.status, body: (answer.body ?? null) as Json }).catch(report);
  return { ...answer, replayed: false };
}
