/** Why a message centre was not asked, or has not answered. The message names the centre and never what was sent. */
export class SmppFailure extends Error {
  override readonly name = 'SmppFailure';
}
