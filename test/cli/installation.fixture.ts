import { type Cli, cli } from './cli.fixture.ts';

/** A database with a tenant and an integration, made by commands alone. */
export async function installation(extra: Record<string, string> = {}): Promise<Cli & { token: string }> {
  const made = cli(extra);
  await made.done(['migrate']);
  await made.done(['tenants', 'create', 'Example']);
  const integration = (await made.json(['integrations', 'create', 'Web', '--json'])) as { token: string };
  return { ...made, token: integration.token };
}
