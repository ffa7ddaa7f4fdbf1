import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createScratchDatabase } from '../../src/store/index.ts';
import { type GaleraCluster, startGalera } from '../databases/galera.fixture.ts';
import { type DatabaseServer, startServer } from '../databases/servers.fixture.ts';
import { startStandbyPair } from '../databases/standby.fixture.ts';
import { startForwarder } from './forwarder.ts';
import type { Nemesis, Target, TargetName } from './target.ts';

/** As in production; and Ctrl+C is for the torture to see. */
const tortured = { durable: true, ownGroup: true };

/** Starts a database with an empty database on it. */
export const openTarget: Readonly<Record<TargetName, () => Promise<Target>>> = {
  sqlite: openSqlite,
  postgres: () => openServer('postgres'),
  mariadb: () => openServer('mariadb'),
  galera: openGalera,
  standby: openStandby,
};

async function openSqlite(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-torture-'));
  return {
    name: 'sqlite',
    serverUrls: [`sqlite:${join(folder, 'countersign.db')}`],
    nemeses: [],
    output: () => '',
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function openServer(name: 'postgres' | 'mariadb'): Promise<Target> {
  const server = await startServer[name](tortured);
  const url = await emptyDatabase(server);
  const nemesis: Nemesis = {
    name: 'kill -9 database',
    strike: async (lots) => {
      await server.kill();
      await sleep(lots.between(0, 300));
      await startAgain(server);
    },
  };
  return { name, serverUrls: [url, url], nemeses: [nemesis], output: () => server.output(), stop: () => server.stop() };
}

async function openGalera(): Promise<Target> {
  const cluster = await startGalera(tortured);
  const target = await galeraTarget(cluster);
  return { ...target, stop: () => cluster.stop() };
}

/** A cluster that runs already, and goes on. */
export async function galeraTarget(cluster: GaleraCluster): Promise<Target> {
  const [first] = cluster.nodes;
  if (first === undefined) throw new Error('a cluster has a node');
  const url = await emptyDatabase(first);
  const nemeses: Nemesis[] = [
    {
      name: 'kill -9 node',
      strike: async (lots) => {
        const node = lots.one(cluster.nodes);
        await node.kill();
        await sleep(lots.between(0, 2000));
        await startAgain(node);
      },
    },
    {
      name: 'stop node',
      strike: async (lots) => {
        const node = lots.one(cluster.nodes);
        node.pause();
        // Some are back before the others have given them up, some are not.
        await sleep(lots.between(200, 8000));
        node.resume();
      },
    },
  ];
  return {
    name: 'galera',
    serverUrls: cluster.nodes.map(({ port }) => throughPort(url, port)),
    nemeses,
    output: () => cluster.nodes.map((node) => node.output()).join('\n\n'),
    stop: async () => undefined,
  };
}

async function openStandby(): Promise<Target> {
  const pair = await startStandbyPair(tortured);
  const forwarder = await startForwarder(pair.primary().port);
  const url = throughPort(await emptyDatabase(pair.primary()), forwarder.port);
  const nemesis: Nemesis = {
    name: 'promote standby',
    strike: async () => {
      const { port } = await pair.promote();
      forwarder.switchTo(port);
      await pair.rebuild();
    },
  };
  return {
    name: 'standby',
    serverUrls: [url, url],
    nemeses: [nemesis],
    output: () => pair.primary().output(),
    stop: async () => {
      forwarder.close();
      await pair.stop();
    },
  };
}

async function emptyDatabase(server: DatabaseServer): Promise<string> {
  return (await createScratchDatabase(server.url)).url;
}

function throughPort(url: string, port: number): string {
  return Object.assign(new URL(url), { port: String(port) }).href;
}

/** What is left of a server that was killed may be in the way of the next one for a moment. */
async function startAgain(server: DatabaseServer): Promise<void> {
  for (let turn = 1; ; turn++) {
    try {
      return await server.start();
    } catch (error) {
      if (turn === 10) throw error;
      await sleep(200);
    }
  }
}
