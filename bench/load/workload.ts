import { codeOf, type CodeSupply, type FreshCode, secretOf } from './codes.ts';
import type { HttpAnswer } from './http-connection.ts';

/** What happens after an answer: the exchange is over and was right, it goes on with another request, or it went wrong. */
export type Step = 'done' | 'more' | { wrong: string };

/** The requests of one connection. */
export interface Exchange {
  /** The next request; undefined when no fresh code is left. The buffer is used again for the request after it. */
  request(): Buffer | undefined;
  judge(answer: HttpAnswer): Step;
}

export type WorkloadName = 'verify' | 'challenge' | 'privacyidea';

export interface WorkloadOptions {
  port: number;
  token: string;
  supply: CodeSupply;
  seed: string;
  /** The number of the connection, from 0. */
  lane: number;
}

const userName = (user: number) => `u${String(user).padStart(7, '0')}`;
const codeText = (code: number) => String(code).padStart(6, '0');

function post({ port, token }: WorkloadOptions, path: string, body: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  );
}

function judgeAccepted({ status, text }: HttpAnswer): Step {
  return status === 200 && text.includes('"accepted":true') ? 'done' : { wrong: text };
}

/** `POST /v1/verify`: user and code in one request, another user each time. The request is assembled once; only digits change. */
export function verifyExchange(options: WorkloadOptions): Exchange {
  const request = post(options, '/v1/verify', '{"user":"u0000000","code":"000000"}');
  const userAt = request.indexOf('u0000000');
  const codeAt = request.length - 8;
  return {
    request: () => {
      const fresh = options.supply.take();
      if (fresh === undefined) return undefined;
      request.write(userName(fresh.user), userAt, 'latin1');
      request.write(codeText(fresh.code), codeAt, 'latin1');
      return request;
    },
    judge: judgeAccepted,
  };
}

/** A challenge and its answer: two requests. */
export function challengeExchange(options: WorkloadOptions): Exchange {
  const begin = post(options, '/v1/challenges', '{"user":"u0000000"}');
  const userAt = begin.indexOf('u0000000');
  let begun: { fresh: FreshCode; id: string } | undefined;
  let fresh: FreshCode | undefined;
  return {
    request: () => {
      if (begun !== undefined) {
        return post(options, `/v1/challenges/${begun.id}/answer`, `{"code":"${codeText(begun.fresh.code)}"}`);
      }
      fresh = options.supply.take();
      if (fresh === undefined) return undefined;
      begin.write(userName(fresh.user), userAt, 'latin1');
      return begin;
    },
    judge: (answer) => {
      if (begun !== undefined) {
        begun = undefined;
        return judgeAccepted(answer);
      }
      const id = /"id":"(chl_[^"]+)"/.exec(answer.text)?.[1];
      if (answer.status !== 201 || id === undefined || fresh === undefined) return { wrong: answer.text };
      begun = { fresh, id };
      return 'more';
    },
  };
}

/** `POST /validate/check` of privacyIDEA: every connection has a HOTP token of its own, whose next code is always fresh. */
export function privacyIdeaExchange({ port, seed, lane }: WorkloadOptions): Exchange {
  const secret = secretOf(seed, lane);
  let counter = 0;
  return {
    request: () => {
      const body = `serial=BENCH${lane}&pass=${codeText(codeOf(secret, counter++))}`;
      return Buffer.from(
        `POST /validate/check HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
          `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        'latin1',
      );
    },
    judge: ({ status, text }) => (status === 200 && text.includes('"value": true') ? 'done' : { wrong: text }),
  };
}

export const exchanges: Record<WorkloadName, (options: WorkloadOptions) => Exchange> = {
  verify: verifyExchange,
  challenge: challengeExchange,
  privacyidea: privacyIdeaExchange,
};
