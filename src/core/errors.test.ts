import { describe, expect, it } from 'vitest';
import { CountersignError, type ErrorCode, errorTable, invalidParameter } from './errors.ts';

const codes = Object.entries(errorTable);

describe('the table of errors', () => {
  it.each(codes)('has for %s a status of refusal or failure and one sentence or more', (code, { status, text }) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(text).toMatch(/^[A-Z].*\.$/);
  });

  it('says something else for every code', () => {
    expect(new Set(codes.map(([, { text }]) => text)).size).toBe(codes.length);
  });

  it('tells a stranger nothing of why an answer was refused (design law 8)', () => {
    const { status, text } = errorTable.answer_refused;
    expect(status).toBe(422);
    expect(text).not.toMatch(/wrong|replay|expired|digit|code|user/i);
  });
});

describe('an error', () => {
  it.each(codes.map(([code]) => code as ErrorCode))('%s carries the status and text of the table', (code) => {
    const error = new CountersignError(code);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'CountersignError', code, status: errorTable[code].status });
    expect(error.message).toBe(errorTable[code].text);
    expect(error).toMatchObject({ detail: undefined, issues: [], retryAfter: undefined });
    expect('cause' in error).toBe(false);
  });

  it('keeps what the operator needs out of the text', () => {
    const cause = new Error('connection refused');
    const options = {
      detail: 'the mail server is down',
      retryAfter: 5,
      issues: [{ path: 'to', message: 'is full' }],
      cause,
    };
    const error = new CountersignError('delivery_failed', options);
    expect(error).toMatchObject(options);
    expect(error.message).toBe(errorTable.delivery_failed.text);
    expect(JSON.stringify(error.message)).not.toContain('mail server');
  });

  it('about one parameter names it', () => {
    expect(invalidParameter('user.name', 'Must not be empty.')).toMatchObject({
      code: 'invalid_parameters',
      status: 400,
      issues: [{ path: 'user.name', message: 'Must not be empty.' }],
      detail: 'user.name: Must not be empty.',
    });
  });
});
