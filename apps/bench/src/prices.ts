/*
 * Measures what the parts of a test cost: the CPU time of all programs that a farm starts, of
 * PostgreSQL and of this process, which plays the test. `node --import tsx apps/bench/src/prices.ts
 * [ROUNDS]` prints the median of the rounds, split by program. Linux with cgroup v2, as root.
 *
 * 1. PostgreSQL runs in one cgroup, and everything else in another one. The kernel counts both, so
 *    ended programs and orphans count, too.
 * 2. The split is read from /proc every 20 ms. What a program used after the last reading is `?`.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { migrate } from '@renderdeck/store/migrate';
import { testDatabase } from '@renderdeck/testing';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { startTestPostgres } from '@renderdeck/testing/test-postgres';
import { median } from './numbers.ts';

type Split = Map<string, number>;

const READ_EVERY_MS = 20;
const TICK_S = 0.01;
const ROUNDS = Number(process.argv[2] ?? 7);
const IDLE_MS = 5000;
const LONG = { project: { frames: 2000, frameMs: 20, launchMs: 1 } };

const [postgres, programs] = ['postgres', 'programs'].map(makeGroup);
if (postgres === undefined || programs === undefined) throw new Error('two groups are made');
const folder = await temporaryFolder(`prices-${process.pid}`);
process.env.TMPDIR = folder.path;
process.env.RENDERDECK_TEST_RUN = folder.path;
// Each start of Node would read them.
delete process.env.NODE_EXTRA_CA_CERTS;
postgres.enter();
const endPostgres = await startTestPostgres(migrate);
programs.enter();
const prices = new Map<string, { total: number; split: Split }[]>();
try {
  // The first round bundles the programs, so it does not count.
  for (let round = 0; round <= ROUNDS; round += 1) {
    await measureRound();
    if (round === 0) prices.clear();
  }
} finally {
  await endPostgres();
  await folder.remove();
  makeGroup('').enter();
  for (const group of [postgres, programs]) group.remove();
}
for (const [what, rounds] of prices) print(what, rounds);

async function measureRound(): Promise<void> {
  await price('clone, two roles, drop of a database', async () => {
    const database = await testDatabase();
    await database.urlAs('renderdeck_api');
    await database.urlAs('renderdeck_worker');
    await database.drop();
  });
  await price('farm, API in this process', async () => (await startFarmUnderTest()).close());
  await price('farm, API as a program', async () =>
    (await startFarmUnderTest({}, { api: {} })).close(),
  );
  await price('farm with one worker', async () => {
    const farm = await startFarmUnderTest();
    await farm.startWorker();
    await farm.close();
  });
  const farm = await startFarmUnderTest();
  try {
    await farm.startWorker();
    await price('first render of a worker', () => render(farm));
    await price('next render', () => render(farm));
    await price('start and cancel of a render', () => renderAndCancel(farm));
    await price('idle second of a farm', () => delay(IDLE_MS), IDLE_MS / 1000);
  } finally {
    await farm.close();
  }
}

async function render(farm: FarmUnderTest): Promise<void> {
  const { id } = await farm.submit();
  await farm.until(id, 'COMPLETED');
}

async function renderAndCancel(farm: FarmUnderTest): Promise<void> {
  const { id } = await farm.submit(LONG);
  await farm.untilProgress(id, 1);
  await farm.cancel(id, '?waitMs=10000');
  await farm.until(id, 'CANCELLED');
}

async function price(what: string, work: () => Promise<unknown>, per = 1): Promise<void> {
  const split: Split = new Map();
  const last = new Map<number, { name: string; ticks: number }>();
  let reading = 0;
  const read = () => {
    const before = process.cpuUsage();
    programs?.read(last, split);
    reading += secondsSince(before);
  };
  read();
  split.clear();
  reading = 0;
  const [ownBefore, before] = [process.cpuUsage(), [postgres, programs].map((one) => one?.used())];
  const timer = setInterval(read, READ_EVERY_MS);
  await work();
  clearInterval(timer);
  read();
  const [ofPostgres = 0, ofPrograms = 0] = [postgres, programs].map(
    (one, index) => (one?.used() ?? 0) - (before[index] ?? 0),
  );
  split.set('PostgreSQL', ofPostgres).set('this process', secondsSince(ownBefore) - reading);
  const known = [...split.values()].reduce((sum, one) => sum + one, 0) - ofPostgres;
  split.set('?', ofPrograms - reading - known);
  for (const [name, seconds] of split) split.set(name, seconds / per);
  const rounds = prices.get(what) ?? [];
  prices.set(what, [...rounds, { total: (ofPostgres + ofPrograms - reading) / per, split }]);
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function print(what: string, rounds: { total: number; split: Split }[]): void {
  const names = [...new Set(rounds.flatMap(({ split }) => [...split.keys()]))];
  const parts = names
    .map((name) => ({ name, seconds: median(rounds.map(({ split }) => split.get(name) ?? 0)) }))
    .filter(({ seconds }) => seconds >= 0.001)
    .sort((a, b) => b.seconds - a.seconds)
    .map(({ name, seconds }) => `${name} ${seconds.toFixed(3)}`);
  console.log(`${median(rounds.map(({ total }) => total)).toFixed(3)} s  ${what}`);
  console.log(`         ${parts.join(' · ')}`);
}

/** A cgroup of this measurement; the name '' is the one that contains it. */
function makeGroup(name: string) {
  const mount = /^(?:\S+ ){4}(\S+) .* - cgroup2 /m.exec(
    readFileSync('/proc/self/mountinfo', 'utf8'),
  );
  const path = join(mount?.[1] ?? '', name === '' ? '' : `renderdeck-price-${process.pid}-${name}`);
  mkdirSync(path, { recursive: true });
  return {
    enter: () => writeFileSync(join(path, 'cgroup.procs'), String(process.pid)),
    used: () =>
      Number(/usage_usec (\d+)/.exec(readFileSync(join(path, 'cpu.stat'), 'utf8'))?.[1]) / 1e6,
    remove() {
      // esbuild's process ends with this one.
      for (const pid of read(join(path, 'cgroup.procs')).split('\n').filter(Boolean))
        writeFileSync(join(path, '..', 'cgroup.procs'), pid);
      rmdirSync(path);
    },
    /** Adds to the split what each program has used since the last reading. */
    read(last: Map<number, { name: string; ticks: number }>, split: Split): void {
      const groups = readdirSync(path, { withFileTypes: true }).filter((one) => one.isDirectory());
      const files = ['', ...groups.map((one) => one.name)].map((group) =>
        read(join(path, group, 'cgroup.procs')),
      );
      for (const pid of files.join('\n').split('\n').map(Number)) {
        const stat = read(`/proc/${pid}/stat`);
        if (pid === 0 || pid === process.pid || stat === '') continue;
        const [, , , , , , , , , , , user, system] = stat.slice(stat.indexOf(') ') + 2).split(' ');
        const ticks = Number(user) + Number(system);
        const used = (ticks - (last.get(pid)?.ticks ?? 0)) * TICK_S;
        const name = nameOf(pid, stat);
        last.set(pid, { name, ticks });
        split.set(name, (split.get(name) ?? 0) + used);
      }
    },
  };
}

function nameOf(pid: number, stat: string): string {
  const words = read(`/proc/${pid}/cmdline`).split('\0');
  const script = words.findLast((word) => /[.][cm]?[jt]s$/.test(word));
  const name = /[(](.*)[)]/.exec(stat)?.[1] ?? '?';
  return /^(node|MainThread)$/.test(name) && script
    ? basename(script).replace(/-[0-9a-f]{12}/, '')
    : name;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
