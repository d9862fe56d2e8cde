/*
 * Measures a cancel, from the commit of the request to the proof that the tree is dead. Compares it
 * with a floor: the least time that this database and kernel need. They take turns.
 *
 * cancel  An admin cancels a rendering job whose tree exits on SIGTERM, and a real daemon stops it.
 *         The daemon reports the time of the proof. The client waits for changes.
 * floor   An UPDATE with a NOTIFY. The listener kills a process group of three Node programs with
 *         SIGKILL and waits for the exit of its leader. Then it writes an UPDATE with a version
 *         fence and notifies the client. A second floor kills one `sleep`, which ends faster. The
 *         difference is the cost of the larger programs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cancelJob, JOBS_CHANNEL } from '@renderdeck/operations';
import { type BenchDatabase, type BenchFarm, submit, untilJob } from './bench-farm.ts';
import { type Finding, round, timed } from './finding.ts';
import { median } from './numbers.ts';

const MOST_TIMES_THE_FLOOR = 3;
/** Starts two children, and prints a line when both run. */
const GROUP = `
  const { spawn } = require('node:child_process');
  const { once } = require('node:events');
  const args = ['-e', 'process.send(1); setInterval(() => {}, 1000)'];
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];
  const start = () => once(spawn(process.execPath, args, { stdio }), 'message');
  Promise.all([start(), start()]).then(() => console.log('up'));`;
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
  // The first turn is a warm-up.
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
      'the same with one `sleep`, which has little memory to free',
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
      'cancel: timeToDeadMs of its receipt',
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
  let check: () => Promise<void> = async () => {};
  const listener = await sql.listen(JOBS_CHANNEL, () => void check());
  return {
    untilStatus: (id: string, status: string): Promise<void> =>
      new Promise((resolve) => {
        check = async () => {
          const [job] = await sql`SELECT FROM jobs WHERE id = ${id} AND status = ${status}`;
          if (job !== undefined) resolve();
        };
        void check();
      }),
    close: () => listener.unlisten(),
  };
}

async function openFloor({ sql }: BenchDatabase) {
  await sql`CREATE TABLE floor (version int NOT NULL)`;
  await sql`INSERT INTO floor VALUES (0)`;
  let group = 0;
  let exited: Promise<unknown> = Promise.resolve();
  let onStopped: () => void = () => {};
  const killer = await sql.listen('floor_stop', () => void kill());
  const client = await sql.listen('floor_stopped', () => onStopped());

  async function kill(): Promise<void> {
    process.kill(-group, 'SIGKILL');
    await exited;
    await sql`WITH fenced AS (
        UPDATE floor SET version = version + 1 WHERE version % 2 = 1 RETURNING version)
      SELECT pg_notify('floor_stopped', '') FROM fenced`;
  }

  return {
    async measure([program, ...args]: Command): Promise<number> {
      const tree = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      await once(tree.stdout, 'data');
      group = tree.pid ?? 0;
      exited = once(tree, 'exit');
      const stopped = new Promise<void>((resolve) => {
        onStopped = resolve;
      });
      const startedAt = performance.now();
      await sql`WITH requested AS (UPDATE floor SET version = version + 1 RETURNING version)
        SELECT pg_notify('floor_stop', '') FROM requested`;
      await stopped;
      return performance.now() - startedAt;
    },
    async close(): Promise<void> {
      await killer.unlisten();
      await client.unlisten();
    },
  };
}
