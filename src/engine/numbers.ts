import { findNumbered, findNumbers, insertNumbers } from '../store/index.ts';
import type { NumbersEngine } from './engine.ts';
import type { EngineParts } from './parts.ts';

export function createNumbers({ store }: EngineParts): NumbersEngine {
  return {
    assign: async (caller, type, ids) => {
      const { tenant } = caller;
      let numbers = await store.read((db) => findNumbers(db, tenant, type, ids));
      const missing = ids.filter((id) => !numbers.has(id));
      if (missing.length > 0) {
        numbers = await store.transaction(async (db) => {
          await insertNumbers(db, tenant, type, missing);
          return findNumbers(db, tenant, type, ids);
        });
      }
      return ids.map((id) => {
        const number = numbers.get(id);
        if (number === undefined) throw new TypeError('a number that was just assigned is missing');
        return number;
      });
    },
    resolve: (caller, type, number) => store.read((db) => findNumbered(db, caller.tenant, type, number)),
  };
}
