// A process of its own that brings a database up to date, and is killed at one of its statements: the url, the number of the statement.
import { openStore } from '../../dist/store/index.js';

const [url, number] = process.argv.slice(2);
let statements = 0;
const plugin = {
  transformQuery: ({ node }) => {
    // Counted from the first table that is made: what comes before only looks.
    if (node.kind === 'CreateTableNode' || statements > 0) statements++;
    if (statements > Number(number)) process.kill(process.pid, 'SIGKILL');
    return node;
  },
  transformResult: async ({ result }) => result,
};
const store = await openStore({ url, plugins: [plugin] });
await store.migrate();
await store.close();
