import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** All addresses of a name. */
export type ResolveName = (name: string) => Promise<LookupAddress[]>;

const resolveByMachine: ResolveName = (name) =>
  new Promise((resolve, reject) => {
    lookup(name, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });

/**
 * The look-up of a connection that keeps only the addresses which may be reached. The connection goes to exactly what was judged: nobody
 * is asked again, who might answer something else by then (DNS rebinding).
 *
 * @param refuse why an address may not be reached; undefined when it may
 */
export function guardedLookup(
  refuse: (address: string) => string | undefined,
  resolve: ResolveName = resolveByMachine,
): LookupFunction {
  return (hostname, options, callback) => {
    const answer = async () => {
      let addresses: LookupAddress[];
      try {
        addresses = await resolve(hostname);
      } catch (error) {
        callback(error instanceof Error ? error : new Error('the name cannot be resolved'), '', 4);
        return;
      }
      const wanted = addresses.filter(({ family }) => !isFamily(options.family) || family === options.family);
      const [first, ...others] = wanted.filter(({ address }) => refuse(address) === undefined);
      if (first === undefined) {
        const why = wanted.map(({ address }) => refuse(address)).find((reason) => reason !== undefined);
        callback(new Error(why ?? 'the name has no address'), '', 4);
      } else if (options.all === true) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    };
    void answer();
  };
}

function isFamily(family: unknown): family is 4 | 6 {
  return family === 4 || family === 6;
}
