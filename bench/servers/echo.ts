// The floor of HTTP: a bare node:http server that parses the question and answers it, and does nothing else.
//
//   node echo.js PORT
import { createServer } from 'node:http';
import { answerAccepted, readQuestion } from './read-json.ts';

createServer((request, response) => {
  readQuestion(request, ({ user }) => answerAccepted(response, user, 'wrt_e472e0q3ry8yvqq24d25xmt4js.2'));
}).listen(Number(process.argv[2]), '127.0.0.1');
