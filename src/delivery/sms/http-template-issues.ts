import type { FieldIssue } from '../../core/errors.ts';
import type { HttpGatewayOptions } from './http-gateway.ts';
import { bodyFormat, fillBody, placeholders } from './http-template.ts';

type Templates = Pick<HttpGatewayOptions, 'url' | 'headers' | 'body' | 'contentType' | 'from' | 'method'>;

/** What in the templates of a gateway cannot work, each with the option and the fix. */
export function httpTemplateIssues(options: Templates, hasSecret: boolean): FieldIssue[] {
  const { url, headers, body, contentType, from, method } = options;
  const issues: FieldIssue[] = [];
  const refuse = (path: string, message: string) => issues.push({ path, message });
  const texts: [path: string, text: string][] = [
    ['url', url],
    ...Object.entries(headers).map(([name, value]): [string, string] => [`headers.${name}`, value]),
    ...(body === undefined ? [] : [['body', body] satisfies [string, string]]),
  ];
  const named = texts.flatMap(([path, text]) =>
    [...text.matchAll(/\{([A-Za-z][A-Za-z0-9_]*)\}/g)].map(([, name = '']) => ({ path, name })),
  );
  const has = (name: string) => named.some((found) => found.name === name);
  const known: readonly string[] = placeholders;
  for (const { path, name } of named) {
    if (!known.includes(name))
      refuse(path, `must name only ${known.map((each) => `{${each}}`).join(', ')}, not {${name}}`);
  }
  // A value in the place of the host would choose who gets the message.
  if (!/^https?:\/\/[^\s/?#{}@]+(?:[/?#]|$)/.test(url)) {
    refuse(
      'url',
      'must be an http:// or https:// URL, with nothing to fill in before the path and without user or password',
    );
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z0-9-]+$/.test(name)) refuse(`headers.${name}`, 'must be the name of a header');
    if (!/^[\x20-\x7E]*$/.test(value)) refuse(`headers.${name}`, 'must be one line of ASCII');
  }
  if (!has('text')) refuse(body === undefined ? 'url' : 'body', 'must hold {text}, or the message has no code');
  if (!has('to') && !has('digits')) refuse(body === undefined ? 'url' : 'body', 'must hold {to} or {digits}');
  if (has('from') && from === undefined) refuse('from', 'must be set: {from} is used');
  if (has('secret') && !hasSecret) refuse('secretFile', 'must be set: {secret} is used');
  if (body === undefined) return issues;
  if (method === 'GET') refuse('method', 'must be POST where there is a body');
  const format = bodyFormat(contentType);
  if (format === undefined)
    refuse('contentType', 'must be JSON, a form, XML or text/plain: for others no escaping is known');
  if (format === 'json' && !isJson(body)) refuse('body', 'must be JSON, with {text} and the others inside of quotes');
  return issues;
}

function isJson(template: string): boolean {
  try {
    fillBody('json', template, { to: '', digits: '', text: '', coding: '', id: '', from: '', secret: '' });
    return true;
  } catch {
    return false;
  }
}
