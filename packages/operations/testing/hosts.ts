import type { HostState } from '../src/index.ts';

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
  leaseMs: 30_000,
} as const;

/** The state of a host that takes jobs and has no problem. */
export const HEALTHY = {
  draining: false,
  problem: null,
  freeBytes: null,
  leftoverFolders: 0,
  unclaimedProcesses: 0,
} as const satisfies HostState;
