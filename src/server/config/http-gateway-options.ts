import { type HttpGatewayOptions, httpTemplateIssues } from '../../delivery/index.ts';
import type { PartResolution } from './sms-options.ts';
import type { ParsedGatewayOf } from './sms-schema.ts';

/** The generic gateway with its secrets and patterns; what cannot work in its templates is told. */
export function httpGatewayOptions(
  gateway: ParsedGatewayOf<'http'> & { timeoutMs: number },
  path: string,
  context: PartResolution,
): HttpGatewayOptions {
  const { secret, secretFile, password, passwordFile, successPattern, refusalPattern, ...rest } = gateway;
  const found = {
    secret: context.secret(`${path}.secret`, secret, secretFile),
    password: context.secret(`${path}.password`, password, passwordFile),
  };
  if ((rest.user === undefined) !== (password === undefined && passwordFile === undefined))
    context.refuse(`${path}.user`, 'and password must be set together');
  const options = {
    ...rest,
    ...found,
    successPattern: pattern(`${path}.successPattern`, successPattern, context),
    refusalPattern: pattern(`${path}.refusalPattern`, refusalPattern, context),
  };
  const hasSecret = secret !== undefined || secretFile !== undefined;
  for (const issue of httpTemplateIssues(options, hasSecret)) context.refuse(`${path}.${issue.path}`, issue.message);
  return options;
}

function pattern(option: string, text: string | undefined, context: PartResolution): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, 'u');
  } catch {
    return context.refuse(option, 'must be a regular expression');
  }
}
