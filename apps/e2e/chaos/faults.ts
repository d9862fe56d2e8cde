/*
 * The faults of the chaos, in one table. A fault happens to one host, to one API, or to the
 * database, and is over when its function ends. Whatever is started again starts by itself.
 */

import type { Random } from '@renderdeck/testing/random';
import type { ApiProgram } from './api-program.ts';
import type { Host } from './host.ts';
import { killAtRename } from './kill-at-rename.ts';
import { pause } from './pause.ts';
import { rendersOn } from './renders.ts';
import { signalTo } from './signal-to.ts';
import { startTwin } from './twins.ts';
import type { World } from './world.ts';

export type Fault =
  | { readonly hits: 'host'; run(world: World, host: Host, random: Random): Promise<void> }
  | { readonly hits: 'api'; run(world: World, api: ApiProgram, random: Random): Promise<void> }
  | { readonly hits: 'database'; run(world: World, random: Random): Promise<void> };

const CLOCK_STEPS_S = [-86_400, -3600, -30, -2, 2, 30, 3600, 86_400];
/** Some are longer than a lease. */
const FROZEN_MS = [500, 3000, 9000];

export const FAULTS: Readonly<Record<string, Fault>> = {
  'a daemon is killed': {
    hits: 'host',
    run: async (_, host) => host.daemon()?.signal('SIGKILL'),
  },
  'a daemon is ended in order': {
    hits: 'host',
    run: async (_, host) => host.daemon()?.signal('SIGTERM'),
  },
  'a daemon is frozen': {
    hits: 'host',
    async run(_, host, random) {
      const daemon = host.daemon();
      daemon?.signal('SIGSTOP');
      await pause(random.pick(FROZEN_MS));
      daemon?.signal('SIGCONT');
    },
  },
  'a render is killed': {
    hits: 'host',
    run: async (world, host, random) => void (await toRender(world, host, random, 'SIGKILL')),
  },
  'a render is frozen': {
    hits: 'host',
    async run(world, host, random) {
      const pid = await toRender(world, host, random, 'SIGSTOP');
      await pause(random.pick(FROZEN_MS));
      if (pid !== null) signalTo(pid, 'SIGCONT');
    },
  },
  'a daemon or a render is killed at the rename': { hits: 'host', run: killAtRename },
  'a line loses every packet': {
    hits: 'host',
    async run(_, host, random) {
      await host.machine.cutLine();
      await pause(random.pick(FROZEN_MS));
      await host.machine.mendLine();
    },
  },
  'connections of a host are reset': {
    hits: 'host',
    run: async (_, host, random) => resetSome(host, random),
  },
  'a line is silent, then its connections end': {
    hits: 'host',
    async run(_, host, random) {
      host.line.silence();
      await pause(random.pick(FROZEN_MS));
      host.line.restore();
    },
  },
  'a disk is full': {
    hits: 'host',
    async run(_, host, random) {
      await host.machine.fillDisk();
      await pause(random.pick(FROZEN_MS));
      await host.machine.freeDisk();
    },
  },
  'a daemon is killed on a full disk': {
    hits: 'host',
    async run(_, host, random) {
      await host.machine.fillDisk();
      host.daemon()?.signal('SIGKILL');
      await pause(random.pick(FROZEN_MS));
      await host.machine.freeDisk();
    },
  },
  'the clock of a host steps': {
    hits: 'host',
    run: (_, host, random) => host.machine.setClock(random.pick(CLOCK_STEPS_S)),
  },
  'a machine reboots': { hits: 'host', run: (_, host) => host.machine.reboot() },
  'a second daemon starts on a host': {
    hits: 'host',
    run: (world, host) => startTwin(world, host),
  },
  'a second daemon starts while the first is frozen': {
    hits: 'host',
    async run(world, host) {
      const daemon = host.daemon();
      daemon?.signal('SIGSTOP');
      await startTwin(world, host);
      daemon?.signal('SIGCONT');
    },
  },
  'a daemon of the same name starts elsewhere': {
    hits: 'host',
    run: (world, host) => startTwin(world, host, world.spare),
  },
  'an API is killed': {
    hits: 'api',
    run: async (world, api) => {
      // The memory of the last API is measured, so it lives through the whole run.
      if (api !== world.apis.at(-1)) api.running()?.signal('SIGKILL');
    },
  },
  'an API is frozen': {
    hits: 'api',
    async run(_, api, random) {
      const frozen = api.running();
      frozen?.signal('SIGSTOP');
      await pause(random.pick(FROZEN_MS));
      frozen?.signal('SIGCONT');
    },
  },
  'connections of an API are reset': {
    hits: 'api',
    run: async (_, api, random) => resetSome(api, random),
  },
  'an API is cut off the database': {
    hits: 'api',
    async run(_, api, random) {
      if (random.chance(50)) api.line.cut();
      else api.line.silence();
      await pause(random.pick(FROZEN_MS));
      api.line.restore();
    },
  },
  'the clock of an API steps': {
    hits: 'api',
    run: (_, api, random) => api.setClock(random.pick(CLOCK_STEPS_S)),
  },
  'the standby is promoted': {
    hits: 'database',
    run: ({ database }, random) => database.promote(() => pause(random.between(0, 4000))),
  },
  'the primary restarts': { hits: 'database', run: ({ database }) => database.restart() },
  'a process of PostgreSQL is killed': {
    hits: 'database',
    run: ({ database }) => database.crash(),
  },
  'all connections are ended': {
    hits: 'database',
    run: ({ database }) => database.endConnections(),
  },
};

function resetSome({ line }: Pick<Host, 'line'>, random: Random): void {
  line.resetAfter(random.between(1, 30), random.between(1, 60), random.between(1, 90));
}

/** Sends a signal to a process of a render on this host. Returns its pid; null: there is none. */
async function toRender(
  world: World,
  host: Host,
  random: Random,
  signal: NodeJS.Signals,
): Promise<number | null> {
  const renders = await rendersOn(world, host);
  if (renders.length === 0) return null;
  const { pid } = random.pick(renders);
  signalTo(pid, signal);
  return pid;
}
