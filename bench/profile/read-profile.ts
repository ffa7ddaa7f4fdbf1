import { readFileSync } from 'node:fs';

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
}
interface CpuProfile {
  nodes: ProfileNode[];
  samples: number[];
  timeDeltas: number[];
  startTime: number;
  endTime: number;
}

export interface ProfiledFunction {
  name: string;
  place: string;
  room: string;
  selfMs: number;
}

export interface ProfileSummary {
  /** Milliseconds in which the thread did anything. */
  busyMs: number;
  idleMs: number;
  rooms: { room: string; selfMs: number }[];
  functions: ProfiledFunction[];
}

/** Where a function belongs: a room of the house, a dependency, Node itself, or the engine. */
function roomOf({ functionName, url }: ProfileNode['callFrame']): { room: string; place: string } {
  if (functionName === '(garbage collector)') return { room: '(garbage collection)', place: '' };
  if (functionName === '(program)') return { room: '(native outside of JavaScript)', place: '' };
  if (functionName === '(root)') return { room: '(root)', place: '' };
  const inDist = /\/dist\/((?:doors\/)?[^/]+)\/(.+)$/.exec(url);
  const inPackage = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(url);
  if (inPackage?.[1] !== undefined) return { room: `package ${inPackage[1]}`, place: inPackage[2] ?? '' };
  if (inDist?.[1] !== undefined) return { room: `dist/${inDist[1]}`, place: `${inDist[1]}/${inDist[2] ?? ''}` };
  if (url.startsWith('node:')) {
    const part = /^node:(?:internal\/)?([^/]+)/.exec(url)?.[1] ?? '';
    return { room: `node:${part}`, place: url };
  }
  return { room: url === '' ? '(native)' : '(other)', place: url };
}

/** Self time between two moments of `process.hrtime`, in microseconds, in a file that `node --cpu-prof` has written. */
export function readProfile(file: string, from: number, to: number): ProfileSummary {
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const self = new Map<number, number>();
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    if (at >= from && at <= to) self.set(id, (self.get(id) ?? 0) + delta / 1000);
  }
  const functions = new Map<string, ProfiledFunction>();
  const rooms = new Map<string, number>();
  let busyMs = 0;
  let idleMs = 0;
  for (const { id, callFrame } of nodes) {
    const selfMs = self.get(id) ?? 0;
    if (callFrame.functionName === '(idle)') {
      idleMs += selfMs;
      continue;
    }
    busyMs += selfMs;
    const { room, place } = roomOf(callFrame);
    rooms.set(room, (rooms.get(room) ?? 0) + selfMs);
    const name = callFrame.functionName === '' ? '(anonymous)' : callFrame.functionName;
    const key = `${name} ${callFrame.url}:${callFrame.lineNumber}`;
    const known = functions.get(key);
    const at = place === '' ? '' : `${place}:${callFrame.lineNumber + 1}`;
    functions.set(key, { name, place: at, room, selfMs: (known?.selfMs ?? 0) + selfMs });
  }
  const bySelf = <Item extends { selfMs: number }>(items: Item[]): Item[] => items.sort((a, b) => b.selfMs - a.selfMs);
  return {
    busyMs,
    idleMs,
    rooms: bySelf([...rooms].map(([room, selfMs]) => ({ room, selfMs }))),
    functions: bySelf([...functions.values()]),
  };
}
