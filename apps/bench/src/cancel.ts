/*
 * Measures a cancel, from the request's commit to the proof that the tree is dead, against a floor:
 * the least that the same database and kernel need. One of each in turn, so noise hits both alike.
 *
 * cancel  An admin cancels a tree that renders and obeys TERM; a real daemon stops it. The time of
 *         the proof is the daemon's own, on this machine's clock. The client waits for changes.
 * floor   An UPDATE with a NOTIFY. The listener kills a process group of three Node programs with
 *         SIGKILL, waits for the exit of its leader, writes an UPDATE that is fenced by a version,
 *         and notifies the client. It is also measured with one `sleep`, which the kernel ends
 *         faster: the difference shows what ending programs of a render's size costs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cancelJob, JOBS_CHANNEL } from '@renderdeck/operations';
import { type BenchDatabase, type BenchFarm, submit, untilJob } from './bench-farm.ts';
import { type Finding, round, timed } from './finding.ts';
import { median } from './numbers.ts';

const MOST_TIMES_THE_FLOOR = 3;
/** Two children that say when they run, then a word that all three do. */
const GROUP = `
  const { once } = require('node:events');
  const run = ['-e', 'process.send(1); setInterval(() => {}, 1000)'];
  const start = () => require('node:child_process').spawn(process.execPath, run, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  Promise.all([start(), start()].map((child) => once(child, 'message'))).then(() => console.log('up'));`;
const SAMPLE = { frames: 2000, frameMs: 100, launchMs: 1 } as const;
type Command = readonly [string, ...string[]];
const NODE: Command = [process.execPath, '-e', GROUP];
const ONE_SLEEP: Command = ['sh', '-c', 'echo up; exec sleep 1000'];

export async function measureCancel(farm: BenchFarm, samples: number): Promise<Finding[]> {
  const database = await farm.database();
  const worker = await farm.worker(database);
  const floor = await openFloor(database);
  const changes = await openChanges(database);
  const nexrenderJob = await farm.sample(SAMPLE);
  const taken: { floor: number; bare: number; cancel: number; receipt: number }[] = [];
  // The first of each warms up.
  for (let turn = 0; turn <= samples; turn += 1) {
    const id = await submit(database, nexrenderJob);
    await untilJob(database, id, 'rendering', ({ phase }) => phase === 'rendering');
    const floors = { floor: await floor.measure(NODE), bare: await floor.measure(ONE_SLEEP) };
    const one = { ...floors, ...(await cancelOne(database, id, changes.untilStatus)) };
    if (turn > 0) taken.push(one);
  }
  await floor.close();
  await changes.close();
  await worker.end();
  const ratio = median(taken.map((one) => one.cancel)) / median(taken.map((one) => one.floor));
  return [
    timed(
      'floor of a cancel: NOTIFY, SIGKILL, fenced UPDATE',
      taken.map((one) => one.floor),
    ),
    timed(
      'the same of one `sleep`, which has no memory to give back',
      taken.map((one) => one.bare),
    ),
    timed(
      'cancel: request committed → proven dead',
      taken.map((one) => one.cancel),
      {
        ratio: `${round(ratio)} × floor`,
        target: `p50 ≤ ${MOST_TIMES_THE_FLOOR} × floor`,
        met: ratio <= MOST_TIMES_THE_FLOOR,
      },
    ),
    timed(
      'cancel: as its receipt tells, timeToDeadMs',
      taken.map((one) => one.receipt),
    ),
  ];
}

type UntilStatus = (id: string, status: string) => Promise<void>;

async function cancelOne(
  database: BenchDatabase,
  id: string,
  untilStatus: UntilStatus,
): Promise<{ cancel: number; receipt: number }> {
  await cancelJob(database.admin, { id, reason: null });
  const committedAt = performance.timeOrigin + performance.now();
  await untilStatus(id, 'CANCELLED');
  const { view, attempts } = await untilJob(
    database,
    id,
    'cancelled',
    ({ status }) => status === 'CANCELLED',
  );
  const stopReport = attempts[0]?.stopReport;
  const deadAt =
    stopReport !== null && typeof stopReport === 'object' && 'deadAt' in stopReport
      ? String(stopReport.deadAt)
      : '';
  const receipt = view.receipt?.timeToDeadMs;
  if (view.receipt?.outcome !== 'cancelled' || typeof receipt !== 'number')
    throw new Error(`job ${id} was not proven dead`);
  return { cancel: Math.max(0, Date.parse(deadAt) - committedAt), receipt };
}

async function openChanges({ sql }: BenchDatabase) {
  let look: () => Promise<void> = async () => {};
  const listening = await sql.listen(JOBS_CHANNEL, () => void look());
  return {
    untilStatus: (id: string, status: string): Promise<void> =>
      new Promise((resolve) => {
        look = async () => {
          const [job] = await sql`SELECT FROM jobs WHERE id = ${id} AND status = ${status}`;
          if (job !== undefined) resolve();
        };
        void look();
      }),
    close: () => listening.unlisten(),
  };
}

async function openFloor({ sql }: BenchDatabase) {
  await sql`CREATE TABLE floor (version int NOT NULL)`;
  await sql`INSERT INTO floor VALUES (0)`;
  let group = 0;
  let exited: Promise<unknown> = Promise.resolve();
  let seen: () => void = () => {};
  const killer = await sql.listen('floor_stop', () => void kill());
  const requestContext = await sql.listen('floor_stopped', () => seen());

  async function kill(): Promise<void> {
    process.kill(-group, 'SIGKILL');
    await exited;
    await sql`WITH fenced AS (UPDATE floor SET version = version + 1 WHERE version % 2 = 1 RETURNING version) SELECT pg_notify('floor_stopped', '') FROM fenced`;
  }

  return {
    async measure([program, ...args]: Command): Promise<number> {
      const tree = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      await once(tree.stdout, 'data');
      group = tree.pid ?? 0;
      exited = once(tree, 'exit');
      const over = new Promise<void>((resolve) => {
        seen = resolve;
      });
      const startedAt = performance.now();
      await sql`WITH asked AS (UPDATE floor SET version = version + 1 RETURNING version) SELECT pg_notify('floor_stop', '') FROM asked`;
      await over;
      return performance.now() - startedAt;
    },
    async close(): Promise<void> {
      await killer.unlisten();
      await requestContext.unlisten();
    },
  };
}
