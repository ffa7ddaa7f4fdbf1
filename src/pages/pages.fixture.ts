import { onTestFinished } from 'vitest';
import type { Enrollment, Integration, JsonObject } from '../core/model.ts';
import type { IntegrationCaller } from '../engine/engine.ts';
import type { HttpDoor } from '../http/door.ts';
import {
  createTestEngine,
  integrationCaller,
  type TestEngine,
  type TestEngineOptions,
} from '../testing/test-engine.ts';
import { hostedPages, type PortalRequest, sealEnrollmentTicket } from './index.ts';

/** A page as a browser got it. */
export interface Got {
  status: number;
  headers: Headers;
  html: string;
  /** The visible text, without markup. */
  text: string;
  /** Where the browser is sent. */
  location: string | undefined;
  /** The fields of the form with this action. */
  form(action: string): Record<string, string>;
}

/** The pages in front of a real engine, and a reader who has no browser. */
export interface Portal extends TestEngine {
  caller: IntegrationCaller;
  /** What went wrong without being a refusal. */
  faults: unknown[];
  app: HttpDoor['app'];
  /** What a stop of the server does to pages that stay open. */
  closeStreams(): void;
  get(path: string, headers?: Record<string, string>): Promise<Got>;
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Got>;
  /** Follows the way of a form: what is sent is what the page holds, and these fields. */
  submit(path: string, page: Got, action: string, fields?: Record<string, string>): Promise<Got>;
  /** Follows the redirects of a page, below `path`. */
  follow(path: string, page: Got): Promise<Got>;
  beginEnrollment(user: string, request?: PortalRequest): Promise<{ enrollment: Enrollment; ticket: string }>;
}

export const publicUrl = 'https://2fa.example.org';
export const returnUrl = 'https://app.example.org/back';

/** Closed when the test is over; fails when the pages reported a fault that nobody has looked at. */
export async function openPortal(
  options: TestEngineOptions & { settings?: JsonObject; pushKey?: string } = {},
): Promise<Portal> {
  const test = await createTestEngine(options);
  const faults: unknown[] = [];
  onTestFinished(async () => {
    await test.close();
    if (faults.length > 0) throw new Error('the pages reported a fault', { cause: faults[0] });
  });
  const doors = { ...test.integration.doors, portal: options.settings ?? { returnUrls: [returnUrl] } };
  const integration: Integration = await test.engine.integrations.update(
    { ...test.system, tenant: test.tenant },
    test.integration.id,
    { doors },
  );
  const caller = integrationCaller(integration, 'rest');
  const { app, close } = hostedPages({
    engine: test.engine,
    clock: test.clock,
    publicUrl: () => publicUrl,
    ...(options.pushKey === undefined ? {} : { pushKey: () => options.pushKey ?? '' }),
    report: (error) => faults.push(error),
  });
  const request = async (path: string, init: RequestInit) => {
    const url = new URL(path, `${publicUrl}/portal/`);
    return read(await app.request(url.href, init, { source: '192.0.2.7', secure: true }));
  };
  const get: Portal['get'] = (path, headers = {}) => request(path, { headers });
  const post: Portal['post'] = (path, fields, headers = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  return {
    ...test,
    integration,
    caller,
    faults,
    app,
    closeStreams: () => close?.(),
    get,
    post,
    submit: (path, page, action, fields = {}) => post(path, { ...page.form(action), ...fields }),
    follow: async (path, page) => {
      let now = page;
      while (now.location?.startsWith('./') === true)
        now = await get(new URL(now.location, `${publicUrl}/portal/${path}`).href);
      return now;
    },
    beginEnrollment: async (user, wanted = {}) => {
      const enrollment = await test.engine.enrollments.begin(caller, { user });
      return { enrollment, ticket: sealEnrollmentTicket(test.engine, caller, enrollment, wanted) };
    },
  };
}

async function read(response: Response): Promise<Got> {
  const html = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    html,
    text: unescapeHtml(html.replaceAll(/<head>.*?<\/head>|<footer>.*?<\/footer>|<[^>]*>/gs, ' '))
      .replaceAll(/\s+/g, ' ')
      .trim(),
    location: response.headers.get('location') ?? undefined,
    form: (action) => {
      const forms = html.match(/<form[^>]*>.*?<\/form>/gs) ?? [];
      const form = forms.find((text) => text.includes(`name="action" value="${action}"`));
      if (form === undefined) throw new Error(`the page has no form ${action}`);
      const inputs = form.match(/<(?:input|button)[^>]*>/gs) ?? [];
      const attribute = (tag: string, name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
      return Object.fromEntries(
        inputs.flatMap((tag) => {
          const name = attribute(tag, 'name');
          return name === undefined ? [] : [[name, unescapeHtml(attribute(tag, 'value') ?? '')]];
        }),
      );
    },
  };
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
