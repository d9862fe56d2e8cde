import { setTimeout as delay } from 'node:timers/promises';
import { countSockets, cpuSeconds, familyCpuSeconds, findFamily, sharedMb } from '../processes.ts';
import { type ActSample, performActs } from './acts.ts';
import type { FarmLoad } from './farm-load.ts';
import type { HostsReport } from './hosts.ts';
import { delayAt, type PagesReport, sumPages } from './pages.ts';
import { type PlayedFarm, playFarm } from './play-farm.ts';
import { submitToIdle } from './submit-to-idle.ts';
import type { Connections } from './watch-server.ts';

/** The farm runs this long before the measurement begins. */
const SETTLE_MS = 15_000;

/** What was measured in one third of the time. CPU is in % of a core; `api`: of each API. */
export type Third = {
  readonly seconds: number;
  readonly cpu: Readonly<Record<'postgres' | 'api' | 'hosts' | 'pages' | 'pooler', number>>;
  readonly apiMb: number;
  readonly transactions: number;
  readonly notifications: number;
  readonly hosts: HostsReport;
  readonly pages: PagesReport;
  /** The delay below which 99 % of the changes reach the pages of each API, in ms. */
  readonly delayOfApis: readonly number[];
  readonly acts: readonly ActSample[];
  readonly errors: readonly string[];
};

export type FarmResult = {
  readonly load: FarmLoad;
  readonly thirds: readonly [Third, Third, Third];
  readonly startedInMs: number;
  readonly connections: Connections;
  /** The sockets of PgBouncer: to its clients and to the server. */
  readonly poolerSockets: number;
  readonly postgresMb: number;
  /** The size of the database with all waiting jobs, without that of an empty one. */
  readonly filledMb: number;
  /** From the submission of a job to its claim by one of the idle hosts; none if they work. */
  readonly idleClaimsMs: readonly number[];
};

/** Plays a farm for its time and measures it. */
export async function measureFarm(load: FarmLoad): Promise<FarmResult> {
  const farm = await playFarm(load);
  try {
    const { apis, database, server } = farm;
    await delay(Math.min(SETTLE_MS, load.minutes * 60_000));
    const acts = await performActs(apis, database, load.idle ? 0 : load.actsPerSecond);
    await takeReports(farm, acts);
    const seconds = (load.minutes * 60) / 3;
    const first = await measureThird(farm, acts, seconds, await readCounters(farm));
    const second = await measureThird(farm, acts, seconds, first.counters);
    const last = await measureThird(farm, acts, seconds, second.counters);
    const thirds = [first.third, second.third, last.third] as const;
    const connections = await server.connections();
    const poolerSockets = farm.poolerPid === null ? 0 : await countSockets(farm.poolerPid);
    const idleClaimsMs = load.idle ? await submitToIdle(database) : [];
    await acts.stop();
    const postgresMb = await sharedMb(findFamily(farm.farm.postgresPid));
    const { startedInMs, filledMb } = farm;
    return {
      ...{ load, thirds, startedInMs, filledMb, connections, poolerSockets, postgresMb },
      idleClaimsMs,
    };
  } finally {
    await farm.close();
  }
}

type Acts = Awaited<ReturnType<typeof performActs>>;

async function takeReports({ hosts, pages }: PlayedFarm, acts: Acts) {
  const [ofHosts, ofPages] = await Promise.all([
    hosts.report(),
    Promise.all(pages.map(({ report }) => report())),
  ]);
  return { hosts: ofHosts, pages: ofPages, acts: acts.report() };
}

async function readCounters({ farm, server, apis, hosts, pages, poolerPid }: PlayedFarm) {
  const ofApis = apis.map(({ pid }) => familyCpuSeconds(pid));
  return {
    at: performance.now(),
    transactions: await server.transactions(),
    notifications: await server.notifications(),
    cpu: {
      postgres: familyCpuSeconds(farm.postgresPid),
      api: ofApis.reduce((sum, seconds) => sum + seconds, 0) / ofApis.length,
      hosts: cpuSeconds(hosts.pids),
      pages: cpuSeconds(pages.flatMap(({ pids }) => pids)),
      pooler: cpuSeconds(poolerPid === null ? [] : [poolerPid]),
    },
  };
}

type Counters = Awaited<ReturnType<typeof readCounters>>;

/** Measures from `before` on, and returns the counters of its end for the next third. */
async function measureThird(
  farm: PlayedFarm,
  acts: Acts,
  seconds: number,
  before: Counters,
): Promise<{ readonly third: Third; readonly counters: Counters }> {
  await delay(seconds * 1000);
  const after = await readCounters(farm);
  const ofApis = await Promise.all(farm.apis.map(({ pid }) => sharedMb([pid])));
  const reports = await takeReports(farm, acts);
  const took = (after.at - before.at) / 1000;
  const percent = (of: keyof Third['cpu']) => (100 * (after.cpu[of] - before.cpu[of])) / took;
  const third = {
    seconds: took,
    cpu: {
      ...{ postgres: percent('postgres'), api: percent('api'), hosts: percent('hosts') },
      ...{ pages: percent('pages'), pooler: percent('pooler') },
    },
    apiMb: Math.max(...ofApis),
    transactions: after.transactions - before.transactions,
    // One is the mark of the bench.
    notifications: after.notifications - before.notifications,
    ...{ hosts: reports.hosts, pages: sumPages(reports.pages) },
    delayOfApis: reports.pages.map((ofApi) => delayAt(ofApi, 0.99)),
    ...{ acts: reports.acts.samples, errors: reports.acts.errors },
  };
  return { third, counters: after };
}
