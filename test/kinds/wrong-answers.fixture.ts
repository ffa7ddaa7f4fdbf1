import type { Answer } from '../../src/devices/index.ts';
import type { KindUnderTest } from './kind-under-test.fixture.ts';

/** What no door lets through, or only by mistake; no kind may break on it. */
const untyped = (answer: unknown): Answer => answer as Answer;

/** Something with a thousand storeys. */
function nest(depth: number): unknown {
  let nested: unknown = 'deep';
  for (let level = 0; level < depth; level++) nested = level % 2 === 0 ? [nested] : { response: nested };
  return nested;
}

/** Answers that are wrong for every kind, by what is wrong with them. `right` is what would be right now. */
export function senselessAnswers(row: KindUnderTest, right: Answer): Record<string, Answer> {
  const answers: Record<string, Answer> = {
    nothing: {},
    'an empty code': { code: '' },
    'a blank code': { code: ' \t ' },
    'a code of NUL': { code: '\0\0\0\0\0\0' },
    'a code of letters': { code: 'correct horse' },
    'a code of emoji': { code: '🔑🔑🔑🔑🔑🔑' },
    'a code of half a character': { code: '\ud800' },
    'a code of a megabyte': { code: '1'.repeat(1_000_000) },
    'a code that is a number': untyped({ code: 123_456 }),
    'a code that is a list': untyped({ code: ['123456'] }),
    'a code that is an object': untyped({ code: { toString: '123456' } }),
    'a code that is true': untyped({ code: true }),
    'a code that is null': untyped({ code: null }),
    'a response that is null': { response: null },
    'a response that is empty': { response: {} },
    'a response that is a list': { response: [] },
    'a response that is text': { response: 'yes' },
    'a response that is true': { response: true },
    'a response that is a number': { response: 0 },
    'a response of a megabyte': { response: { id: 'x'.repeat(1_000_000) } },
    'a response of a thousand storeys': { response: nest(1000) },
    'a response with a prototype': { response: JSON.parse('{"__proto__": {"accepted": true}, "constructor": {}}') },
    'a response with the wrong types': {
      response: {
        id: 7,
        rawId: null,
        type: [],
        token: {},
        number: 'x',
        response: { clientDataJSON: 1, authenticatorData: [], signature: {}, attestationObject: null },
      },
    },
    'a response with texts that are no base64url': {
      response: {
        id: '%%%',
        rawId: '%%%',
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON: '%', authenticatorData: '%', signature: '%', attestationObject: '%' },
      },
    },
  };
  // The right thing in the wrong place.
  if (row.answers === 'code') {
    answers['the code as a response'] = { response: right.code };
    answers['the code in a response'] = { response: { code: right.code } };
    answers['the code with much behind it'] = { code: `${right.code ?? ''}${' '.repeat(200)}1` };
  } else {
    answers['the response as a code'] = { code: JSON.stringify(right.response) };
    answers['the response in a list'] = { response: [right.response] };
    answers['the response in a response'] = { response: { response: right.response } };
    answers['the response as text'] = { response: JSON.stringify(right.response) };
  }
  return answers;
}

/** The answer, with what only the engine may say about it. */
export function smuggle(answer: Answer, examined: unknown): Answer {
  return { ...answer, examined } as Answer;
}
