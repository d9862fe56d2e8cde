import { createHash, randomUUID } from 'node:crypto';
import type { HostIdentity } from '@renderdeck/domain';
import {
  type HostState,
  listHostViews,
  type NewHost,
  registerHost,
  type WorkerContext,
} from '../src/index.ts';

/**
 * The identity of the host of this name: always the same for one name, and different for different
 * names.
 */
export function anIdentity(host: string, change: Partial<HostIdentity> = {}): HostIdentity {
  const hash = createHash('sha256').update(host).digest('hex');
  return {
    hostId: hash.slice(0, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-'),
    machineId: hash.slice(32),
    hardwareId: null,
    bootId: HOST_FACTS.bootId,
    pidNamespace: '4026531836',
    ...change,
  };
}

/** The values by which the attempts of this worker's host are found. */
export function ownerOf({ host, identity, workerId }: WorkerContext) {
  return { host, hostId: identity.hostId, workerId };
}

/** A new run of the worker on the host of this name. */
export function aWorker(db: WorkerContext['db'], host = 'render-01'): WorkerContext {
  return { db, host, identity: anIdentity(host), workerId: randomUUID() };
}

/** Longer than any test takes on a busy machine, so that no lease runs out by itself. */
export const LEASE_MS = 600_000;
export const HOST_FACTS = {
  bootId: 'boot-1',
  pid: 4711,
  startToken: '77',
  slots: 2,
  version: '0.1.0',
  platform: 'linux x64',
  renderer: 'aerender 25.0',
  standIn: false,
  container: 'cgroup',
  session: null,
  renderUser: null,
  leaseMs: LEASE_MS,
} as const;

/** The worker registers its host, as a daemon does that finds no other one alive. */
export function signOn(worker: WorkerContext, facts: Partial<NewHost['facts']> = {}) {
  return registerHost(worker, {
    facts: { ...HOST_FACTS, ...facts },
    uptimeMs: 0,
    isRunning: async () => false,
  });
}

/** The state of a host that takes jobs and has no problem. */
export const HEALTHY = {
  draining: false,
  problem: null,
  problemKind: null,
  freeBytes: null,
  leftoverFolders: 0,
  unclaimedProcesses: 0,
} as const satisfies HostState;

/** The host of this name, as clients see it. */
export async function hostOf({ db }: Pick<WorkerContext, 'db'>, name: string) {
  return (await listHostViews(db)).find((host) => host.name === name);
}

/** What a daemon sends while it holds no job. */
export const BEAT = { attemptIds: [], leaseMs: 30_000, state: HEALTHY } as const;
