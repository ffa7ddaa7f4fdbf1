import { DeliveryFailure } from './delivery-failed.ts';

/** A failed delivery to an address that will never take anything again: a push subscription that its browser has given up. */
export class AddressGone extends DeliveryFailure {
  constructor(detail: string) {
    super(detail, { permanent: true });
  }
}
