// The floor of a durable answer on PostgreSQL: the echo, and one guarded UPDATE with an audit INSERT as one statement for every request.
// No code is looked at.
//
//   node durable-echo-postgres.js PORT URL USERS
import type { ServerResponse } from 'node:http';
import { accept, openFloor } from './floor-postgres.ts';
import { answerAccepted, readQuestion, serve } from './read-json.ts';

const [port, url = '', users] = process.argv.slice(2);
const pool = await openFloor(url, Number(users), () => '');
let counter = 0;

async function answer(response: ServerResponse, user: string): Promise<void> {
  counter++;
  const auditId = `wrt_e472e0q3ry8yvqq24d25xmt4js.${counter}`;
  if (await accept(pool, user, counter)) answerAccepted(response, user, auditId);
  else response.writeHead(409).end();
}

serve(port, (request, response) => {
  readQuestion(request, ({ user }) => {
    void answer(response, user);
  });
});
