import { CountersignError } from '../../core/errors.ts';
import { apiHeaders } from '../../http/security-headers.ts';
import { qrPng } from '../../otp/index.ts';
import { refuse } from './answers.ts';
import type { AdjureCall, AdjureEndpoint } from './endpoint.ts';
import { findUser } from './find-user.ts';
import { readQueryParameters } from './read-parameters.ts';
import { isUserId, qrcodeRequest } from './requests.ts';
import { unlessMissing } from './unless-missing.ts';

/** `GET /user/qrcode`: the image that an authenticator app scans. It holds the secret. */
export const qrcode: AdjureEndpoint = {
  method: 'GET',
  path: '/user/qrcode',
  async answer(call) {
    const { user_id: user, issuer, username: account } = readQueryParameters(call.request, qrcodeRequest);
    if (call.settings.sealAfterUse && (await isInUse(call, user))) throw new CountersignError('not_found');
    const uri = await unlessMissing(readUri(call, user, { issuer, account }));
    if (uri === undefined) return refuse('USER_NOT_FOUND', 'The user is not provisioned.', 404);
    // Level L, ten pixels a module, four modules of margin: the image that Adjure draws.
    const image = Uint8Array.from(qrPng(uri, { level: 'L', scale: 10, margin: 4 }));
    return new Response(image, { headers: { ...apiHeaders, 'Content-Type': 'image/png' } });
  },
};

async function readUri(
  { caller, engine }: AdjureCall,
  user: string,
  label: { issuer: string; account: string },
): Promise<string | undefined> {
  return isUserId(user) ? engine.devices.provisioningUri(caller, user, 'totp', label) : undefined;
}

/** Whether a code of the user's authenticator app was accepted before. */
async function isInUse({ caller, engine }: AdjureCall, userId: string): Promise<boolean> {
  const user = await findUser(engine, caller, userId);
  const devices = user === undefined ? [] : await engine.devices.list(caller, user.id);
  return devices.some(({ kind, lastUsedAt }) => kind === 'totp' && lastUsedAt !== undefined);
}
