import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';
import { CountersignError } from '../../core/errors.ts';
import type { HttpEnv } from '../../http/door.ts';
import { bindPage, guarded } from '../bind-page.ts';
import type { PageParts } from '../parts.ts';
import { answerQuestion } from './answer-question.ts';
import { openBrowsers } from './enrolled-browsers.ts';
import { eventStreams } from './event-stream.ts';
import { registrationPage } from './registration-page.ts';
import { showWaitingPage } from './waiting-page.ts';

/** Serves the pages of browsers that approve sign-ins. Answers how to end those that stay open. */
export function bindPushPages(app: Hono<HttpEnv>, parts: PageParts): () => void {
  const streams = eventStreams(parts);
  const worker = readFileSync(new URL('../assets/push-worker.js', import.meta.url), 'utf8');
  bindPage(app, parts, registrationPage);
  app.get('/portal/push', () => new Response(null, { status: 308, headers: { Location: './push/' } }));
  app.get('/portal/push/', (c) => guarded(parts, c, () => showWaitingPage(parts, c)));
  app.post('/portal/push/', (c) => guarded(parts, c, () => answerQuestion(parts, c)));
  app.get('/portal/push/events', (c) =>
    guarded(parts, c, async () => {
      const browsers = await openBrowsers(parts, c);
      if (browsers.length === 0) throw new CountersignError('not_found');
      return streams.open(browsers);
    }),
  );
  app.get('/portal/push/worker.js', () => answerFile(worker, 'text/javascript; charset=utf-8'));
  app.get('/portal/push/manifest.webmanifest', () =>
    answerFile(JSON.stringify(manifest(parts)), 'application/manifest+json'),
  );
  return () => streams.close();
}

/** What an installed page is called and looks like (Web Application Manifest). It is the same for everybody: no cookie comes with it. */
function manifest({ assets }: PageParts) {
  return {
    id: './',
    name: 'Countersign',
    short_name: 'Countersign',
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: '#f3f4f7',
    theme_color: '#2f5bd3',
    icons: [{ src: `../${assets.pathOf('mark.svg')}`, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
  };
}

function answerFile(text: string, type: string): Response {
  return new Response(text, {
    headers: {
      'Content-Type': type,
      // Browsers ask for a worker anew at most once a day (Service Workers §3.1).
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': "default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
