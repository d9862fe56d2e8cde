import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FarmLoad, meanRenderMs } from './farm-load.ts';
import { type Child, startChild } from './start-child.ts';

/** The lease of a worker whose settings do not say otherwise. */
export const LEASE_MS = 30_000;
const HOSTS_IN_A_PROCESS = 250;
const PROGRAM = new URL('./play-hosts.ts', import.meta.url);

export type HostsOptions = {
  /** The settings of a worker, without its name. */
  readonly env: Readonly<Record<string, string>>;
  readonly first: number;
  readonly count: number;
  readonly slots: number;
  readonly meanRenderMs: number;
};

/** What the hosts of one process measured. */
export type HostsReport = {
  /** Each end that claimed the next job: when its answer came, and its time. */
  claims: { readonly at: number; readonly tookMs: number }[];
  /** Attempts that ended by themselves, and for another reason. */
  completed: number;
  others: number;
  /** How many warnings and errors the hosts logged, and the first of them. */
  logged: number;
  lines: string[];
};

export type Hosts = {
  readonly pids: readonly number[];
  /** What all hosts measured since the last call. */
  report(): Promise<HostsReport>;
  /** Gives all jobs back and signs all hosts off. */
  end(): Promise<void>;
  kill(): Promise<void>;
};

/** Starts played hosts in a few processes. Resolves when all claim jobs. */
export async function startHosts(
  load: Pick<FarmLoad, 'hosts' | 'slots' | 'endsPerSecond' | 'way'>,
  {
    url,
    listenUrl,
    folder,
  }: { readonly url: string; readonly listenUrl: string; readonly folder: string },
): Promise<Hosts> {
  const scratchRoot = join(folder, 'scratch');
  await mkdir(scratchRoot, { recursive: true });
  const env = {
    DATABASE_URL: url,
    RENDERDECK_LISTEN: load.way === 'polling' ? 'off' : 'on',
    RENDERDECK_LISTEN_URL: listenUrl,
    RENDERDECK_SLOTS: String(load.slots),
    RENDERDECK_LEASE_MS: String(LEASE_MS),
    RENDERDECK_SCRATCH_ROOT: scratchRoot,
    RENDERDECK_ASSET_ROOTS: scratchRoot,
    RENDERDECK_OUTPUT_ROOTS: scratchRoot,
  };
  const starting: Promise<Child>[] = [];
  for (let first = 1; first <= load.hosts; first += HOSTS_IN_A_PROCESS) {
    const count = Math.min(HOSTS_IN_A_PROCESS, load.hosts - first + 1);
    const options = { env, first, count, slots: load.slots, meanRenderMs: meanRenderMs(load) };
    starting.push(startChild(PROGRAM, options satisfies HostsOptions));
  }
  const settled = await Promise.allSettled(starting);
  const children = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const kill = async () => void (await Promise.all(children.map((child) => child.kill())));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await kill();
    throw failed.reason;
  }
  return {
    pids: children.map(({ pid }) => pid),
    async report() {
      const all = await Promise.all(children.map((child) => child.ask<HostsReport>('report')));
      return all.reduce(addUp);
    },
    async end() {
      await Promise.all(children.map((child) => child.ask('end')));
      await kill();
    },
    kill,
  };
}

function addUp(one: HostsReport, other: HostsReport): HostsReport {
  return {
    claims: [...one.claims, ...other.claims],
    completed: one.completed + other.completed,
    others: one.others + other.others,
    logged: one.logged + other.logged,
    lines: [...one.lines, ...other.lines].slice(0, 5),
  };
}
