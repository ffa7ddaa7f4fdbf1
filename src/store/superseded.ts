/** Thrown inside a transaction: what it is based on was changed by somebody else. It is tried again, as after a deadlock. */
export class Superseded extends Error {
  constructor() {
    super('the transaction is based on what was changed meanwhile');
  }
}
