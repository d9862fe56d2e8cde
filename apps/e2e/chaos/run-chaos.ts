/*
 * The chaos: a farm of two APIs, three hosts and a database with a standby works for its admins
 * while faults happen to all of them. Afterwards everything must be true, and nothing be left.
 *
 * 1. Three machines and a spare one (machine.ts), two APIs (api-program.ts), the database
 *    (failover-database.ts).
 * 2. Admins work (load.ts), streams are followed (streams.ts), outputs are watched
 *    (publications.ts), and each proof of a stop is compared with /proc (stops.ts).
 * 3. Faults happen (faults.ts, schedule.ts).
 * 4. The faults end, then the admins. The farm becomes quiet by itself (quiet.ts).
 * 5. What the run has seen is compared with the database (checks.ts).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WireJob } from '@renderdeck/contract';
import { startFarmUnderTest } from '@renderdeck/standalone/testing';
import { temporaryFolder } from '@renderdeck/testing';
import { type Random, randomOf } from '@renderdeck/testing/random';
import { type ApiProgram, startApiProgram } from './api-program.ts';
import {
  checkActs,
  checkAudit,
  checkOutputs,
  checkReasons,
  checkStops,
  checkStreams,
} from './checks.ts';
import { startFailoverDatabase } from './failover-database.ts';
import { type Host, startHost } from './host.ts';
import { startLoad } from './load.ts';
import { startMachine } from './machine.ts';
import { watchMemory } from './memory.ts';
import { endedWell, stacksOf } from './program-ends.ts';
import { watchPublications } from './publications.ts';
import { untilQuiet } from './quiet.ts';
import { rowsOf } from './read-farm.ts';
import { type FaultSettings, runFaults } from './schedule.ts';
import { watchStops } from './stops.ts';
import { follow } from './streams.ts';
import type { World } from './world.ts';

const HOSTS = ['one', 'two', 'three'];
const APIS = ['api 1', 'api 2'];
/** On a busy machine, the jobs that wait may take minutes. */
const QUIET_WITHIN_MS = { jobs: 300_000, rest: 180_000 };
const SETTINGS = {
  RENDERDECK_SLOTS: '2',
  RENDERDECK_LEASE_MS: '5000',
  RENDERDECK_MIN_FREE_MB: '8',
  RENDERDECK_DRAIN_LIMIT_MS: '5000',
  RENDERDECK_STOP_GRACE_MS: '500',
};

export type ChaosReport = {
  readonly broken: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: ReadonlyMap<string, number>;
};
type Open = Omit<World, 'broken'> & { close(): Promise<void> };

/** Runs the chaos once. */
export async function runChaos(settings: FaultSettings & { seed: number }): Promise<ChaosReport> {
  const random = randomOf(settings.seed);
  const broken: string[] = [];
  const open = await openWorld(random);
  const world: World = {
    ...open,
    broken: (sentence) => {
      if (broken.includes(sentence)) return;
      broken.push(sentence);
      // A long run need not end before somebody looks at it.
      console.warn(`chaos: broken: ${sentence}`);
    },
  };
  try {
    const { counts, faults } = await makeTrouble(world, settings, random);
    return { broken, counts, faults };
  } finally {
    await saveLogs(open);
    await open.close();
  }
}

/** Writes what each program said to the folder of RENDERDECK_CHAOS_LOGS, if it is set. */
async function saveLogs({ hosts, apis }: Open): Promise<void> {
  const folder = process.env.RENDERDECK_CHAOS_LOGS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  for (const { name, ends, said } of [...hosts, ...apis]) {
    const texts = ends.map((end) => `${end.said}\n==== ended: ${end.code} ${end.signal}\n`);
    await writeFile(join(folder, `${name}.log`), `${texts.join('')}${said()}`);
  }
}

async function openWorld(random: Random): Promise<Open> {
  const database = await startFailoverDatabase();
  const farm = await startFarmUnderTest(SETTINGS, { openDatabase: database.open });
  const folder = await temporaryFolder('chaos');
  const hosts: Host[] = [];
  for (const [number, name] of HOSTS.entries())
    hosts.push(await startHost(farm, { name, number, folder: folder.path }, random.fork()));
  const scratchRoot = farm.scratchOf('spare');
  await mkdir(scratchRoot, { recursive: true });
  const machine = await startMachine({
    ...{ number: HOSTS.length, scratchRoot, diskMb: 64, folder: folder.path },
  });
  const apis: ApiProgram[] = [];
  for (const name of APIS)
    apis.push(
      await startApiProgram(
        { name, folder: folder.path, databaseUrl: farm.apiDatabaseUrl, token: farm.token },
        random.fork(),
      ),
    );
  const publications = watchPublications(farm.folders.output);
  return {
    ...{ farm, database, hosts, apis, publications, spare: { machine, scratchRoot } },
    counts: { killsAtRename: 0 },
    async close() {
      for (const host of hosts) await host.end();
      await machine.end();
      for (const api of apis) await api.end();
      publications.close();
      await farm.close();
      await database.close();
      await folder.remove();
    },
  };
}

/** Long because: it is the list of the steps. */
async function makeTrouble(world: World, settings: FaultSettings, random: Random) {
  const { farm, hosts, apis, broken } = world;
  const stops = watchStops(world);
  const saw = (job: WireJob) => stops.saw(job);
  const followers = apis.map((api) => follow(api, { seen: saw, broken }));
  const memory = watchMemory(world);
  const load = await startLoad(world, random.fork(), saw);
  const faults = await runFaults(world, settings, random.fork());
  await load.end();
  const quietMs = await untilQuiet(world, QUIET_WITHIN_MS).catch(({ message, cause }: Error) => {
    broken(`${message}: ${cause}`);
    return Number.NaN;
  });

  const rows = rowsOf(farm);
  const [jobs, attempts, seen] = [await rows.jobs(), await rows.attempts(), await stops.all()];
  const ends = [...hosts.flatMap((host) => host.ends), ...apis.flatMap((api) => api.ends)];
  const bad = ends.filter((end) => end.ready && !endedWell(end));
  for (const sentence of [
    ...checkReasons(jobs, attempts),
    ...(await checkOutputs(world, jobs)),
    ...(await checkActs(world, load.acts, jobs)),
    ...checkStops(world, seen, jobs),
    ...(await checkStreams(world, followers, jobs)),
    ...(await checkAudit(world)),
    ...stacksOf(ends),
    ...bad.map(({ name, code, said }) => `${name} ended with code ${code}: ${said.slice(-1500)}`),
    ...memory.end(),
  ])
    broken(sentence);
  for (const follower of followers) follower.end();
  for (const { client } of apis) await client.close();
  return {
    faults,
    counts: {
      jobs: jobs.length,
      attempts: attempts.length,
      acts: load.acts.length,
      stops: seen.length,
      outputs: world.publications.seen.size,
      twice: [...world.publications.seen.values()].filter((one) => one.length > 1).length,
      promotions: world.database.losses.length,
      changes: followers.reduce((sum, { counts }) => sum + counts.changes, 0),
      gaps: followers.reduce((sum, { counts }) => sum + counts.gaps, 0),
      ends: ends.length,
      quietMs: Math.round(quietMs),
      ...load.counts,
      ...world.counts,
      ...memory.counts(),
    },
  };
}
