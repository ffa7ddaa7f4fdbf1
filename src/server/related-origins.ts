import { CountersignError } from '../core/errors.ts';
import type { JsonObject } from '../core/model.ts';
import { webauthnConfiguration } from '../devices/index.ts';
import { problemResponse } from '../http/problem.ts';
import { apiHeaders } from '../http/security-headers.ts';
import type { Handler } from './create-handler.ts';
import { forReading } from './probes.ts';

const headers = Object.freeze({ ...apiHeaders, 'Content-Type': 'application/json' });

/**
 * `/.well-known/webauthn` (WebAuthn §5.11): the origins outside of the RP ID that may use its passkeys all the same. Browsers ask at the RP
 * ID. There is nothing where no such origin is configured.
 */
export function answerRelatedOrigins(settings: () => JsonObject): Handler {
  return (request) => {
    const { origins } = webauthnConfiguration.parse(settings());
    const related = origins.filter((origin) => origin.startsWith('https://'));
    if (new URL(request.url).pathname !== '/.well-known/webauthn' || related.length < 2) {
      return problemResponse(new CountersignError('not_found'));
    }
    return forReading(request, () => new Response(JSON.stringify({ origins: related }), { headers }));
  };
}
