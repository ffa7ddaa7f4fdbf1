import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type DatabaseServer,
  freePort,
  idsOf,
  runAs,
  type ServerOptions,
  supervise,
  temporaryFolder,
} from './servers.fixture.ts';

const run = promisify(execFile);
const program = '/usr/sbin/mariadbd';
const library = '/usr/lib/galera/libgalera_smm.so';

/** Three MariaDB servers that are one database: every node takes writes. */
export interface GaleraCluster {
  nodes: readonly DatabaseServer[];
  stop(): Promise<void>;
}

interface Node {
  name: string;
  folder: string;
  data: string;
  port: number;
  /** What the others talk to; where what was missed arrives; and where a whole copy would. */
  group: number;
  transfer: number;
  copy: number;
}

export interface GaleraOptions extends Pick<ServerOptions, 'durable' | 'ownGroup'> {
  /** Default: 3. */
  nodes?: number;
}

/**
 * Starts a cluster on loopback. The nodes begin as copies of one database that knows of the cluster, so that none has to be sent a whole one;
 * who comes back after a fault gets what he missed.
 */
export async function startGalera(options: GaleraOptions = {}): Promise<GaleraCluster> {
  const folder = temporaryFolder('mysql');
  const started: DatabaseServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const nodes = await prepareNodes(folder, options.nodes ?? 3);
    for (const node of nodes) started.push(await startNode(node, nodes, options));
    // Who has helped a newcomer was away for a moment.
    for (const node of nodes) await untilSynced(node);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes: started, stop };
}

async function prepareNodes(folder: string, count: number): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let index = 0; index < count; index++) {
    const own = join(folder, `node${index + 1}`);
    makeFolder(own);
    const [port, group, transfer, copy] = [await freePort(), await freePort(), await freePort(), await freePort()];
    nodes.push({ name: `n${index + 1}`, folder: own, data: join(own, 'data'), port, group, transfer, copy });
  }
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('a cluster has a node');
  makeFolder(first.data);
  const install = [`--datadir=${first.data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  runAs('mysql', 'mariadb-install-db', ['--no-defaults', ...install]);
  const alone = await startNode(first, nodes, {});
  await alone.halt();
  for (const { data } of others) await run('cp', ['-a', first.data, data]);
  return nodes;
}

function socketOf({ folder }: Node): string {
  return join(folder, 'socket');
}

function makeFolder(path: string): void {
  mkdirSync(path);
  const owner = idsOf('mysql');
  if (owner !== undefined) chownSync(path, owner.uid, owner.gid);
}

function startNode(node: Node, all: readonly Node[], options: GaleraOptions): Promise<DatabaseServer> {
  const socket = socketOf(node);
  const provider = [
    `gmcast.listen_addr=tcp://127.0.0.1:${node.group}`,
    `ist.recv_addr=127.0.0.1:${node.transfer}`,
    `base_dir=${node.data}`,
    'gcache.size=64M',
    // A node that comes back does not look for the view that it had before: the others have another one by then.
    'pc.recovery=false',
  ];
  const args = [
    '--no-defaults',
    `--datadir=${node.data}`,
    `--port=${node.port}`,
    '--bind-address=127.0.0.1',
    `--socket=${socket}`,
    `--pid-file=${join(node.folder, 'pid')}`,
    '--max-connections=400',
    '--skip-name-resolve',
    '--performance-schema=off',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=32M',
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
    `--innodb-flush-log-at-trx-commit=${options.durable === true ? 1 : 2}`,
    '--wsrep-on=ON',
    `--wsrep-provider=${library}`,
    '--wsrep-cluster-name=countersign',
    `--wsrep-cluster-address=gcomm://${all.map(({ group }) => `127.0.0.1:${group}`).join(',')}`,
    `--wsrep-node-name=${node.name}`,
    `--wsrep-node-address=127.0.0.1:${node.group}`,
    '--wsrep-sst-method=rsync',
    // Opened by every node that comes back, whichever way it is helped: by default all clusters of a machine have one port for it.
    `--wsrep-sst-receive-address=127.0.0.1:${node.copy}`,
    '--wsrep-slave-threads=2',
    `--wsrep-provider-options=${provider.join(';')}`,
  ];
  const url = `mariadb://root@127.0.0.1:${node.port}/mysql`;
  return supervise(
    {
      user: 'mysql',
      program,
      args: async (start) => {
        if (start === 'first') return node === all[0] ? [...args, '--wsrep-new-cluster'] : args;
        return [...args, ...(await recoveredPosition(args))];
      },
      folder: node.folder,
      port: node.port,
      url,
      haltBy: 'SIGTERM',
      ownGroup: options.ownGroup,
    },
    () => isSynced(socket),
  );
}

/** Where a node stood that had no time to say so: with it, it gets what it missed and not everything. As the service of the package does it. */
async function recoveredPosition(args: readonly string[]): Promise<string[]> {
  const { stderr } = await run(program, [...args, '--wsrep-recover'], { ...idsOf('mysql'), cwd: '/' });
  const position = /Recovered position:\s*(\S+:-?\d+)/.exec(stderr)?.[1];
  return position === undefined ? [] : [`--wsrep-start-position=${position}`];
}

async function untilSynced(node: Node): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    if (await isSynced(socketOf(node))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`node ${node.name} of the cluster does not get what the others have`);
}

/** Whether the node belongs to the cluster and has all that the others have. */
async function isSynced(socket: string): Promise<boolean> {
  const query = `select group_concat(variable_value order by variable_name) from information_schema.global_status where variable_name in ('WSREP_LOCAL_STATE', 'WSREP_READY')`;
  const asked = ['--no-defaults', '-uroot', `--socket=${socket}`, '--connect-timeout=2', '-NBe', query];
  return run('mariadb', asked, { timeout: 5000 }).then(
    ({ stdout }) => stdout.trim() === '4,ON',
    () => false,
  );
}
