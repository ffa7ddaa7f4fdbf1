// The floor of HTTP: a bare node:http server that parses the question and answers it, and does nothing else.
//
//   node echo.js PORT
import { answerAccepted, readQuestion, serve } from './read-json.ts';

serve(process.argv[2], (request, response) => {
  readQuestion(request, ({ user }) => answerAccepted(response, user, 'wrt_e472e0q3ry8yvqq24d25xmt4js.2'));
});
