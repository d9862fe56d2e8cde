/*
 * Measures a cancel, from the commit of the request to the proof that the tree is dead. Compares it
 * with a floor: the shortest time that this database and kernel need. Cancel and floor take turns.
 *
 * cancel  An admin cancels a rendering job whose tree exits on SIGTERM, and a real daemon stops it.
 *         The daemon reports the time of the proof. The client waits for changes.
 * floor   An UPDATE with a NOTIFY. The listener kills a process group of three Node programs with
 *         SIGKILL and waits for the exit of its leader. Then it writes an UPDATE with a version
 *         fence and notifies the client. A second floor kills one `sleep`, which ends faster. The
 *         difference is the cost of the larger programs.
 */
import { cancelJob, STOPS_CHANNEL } from '@renderdeck/operations';
import { PgBoss } from 'pg-boss';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { NODE, ONE_SLEEP, openFloor } from '../cancel-floor.ts';
import { PAYLOAD, QUEUE } from '../contenders/contender.ts';
import { type Finding, round, timed } from '../finding.ts';
import { submit, untilJob } from '../jobs.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';

const MOST_TIMES_THE_FLOOR = 3;
const MOST_REUSED_MS = 20;
const RUNS = 5;
const SAMPLE = { frames: 2000, frameMs: 100, launchMs: 1 } as const;

export async function measureCancelRunning(
  farm: BenchFarm,
  { renders }: Sizes,
): Promise<Finding[]> {
  const database = await farm.database();
  const worker = await farm.worker(database);
  const floor = await openFloor(database);
  const changes = await openChanges(database);
  const boss = await openBossCancel(farm);
  const nexrenderJob = await farm.sample(SAMPLE);
  const taken: Turn[] = [];
  let id = await submit(database, nexrenderJob);
  // The first turn is a warm-up.
  for (let turn = 0; turn <= renders; turn += 1) {
    await untilJob(database, id, 'rendering', ({ phase }) => phase === 'rendering');
    const floors = { floor: await floor.measure(NODE), bare: await floor.measure(ONE_SLEEP) };
    // This job waits for the slot that the cancel frees.
    const next = await submit(database, nexrenderJob);
    const cancelled = await cancelOne(database, id, changes.untilStatus);
    await untilJob(database, next, 'claimed', ({ status }) => status === 'RENDERING');
    const reused = await reusedAfter(database, id, next);
    if (turn > 0) taken.push({ ...floors, ...cancelled, reused, boss: await boss.measure() });
    id = next;
  }
  await cancelOne(database, id, changes.untilStatus);
  await Promise.all([floor.close(), changes.close(), boss.close()]);
  await worker.end();
  return findingsOf(taken);
}

type Turn = {
  readonly floor: number;
  readonly bare: number;
  readonly cancel: number;
  readonly receipt: number;
  readonly reused: number;
  readonly boss: number;
};

function findingsOf(taken: readonly Turn[]): Finding[] {
  const of = (key: keyof Turn) => taken.map((turn) => turn[key]);
  const size = Math.ceil(taken.length / RUNS);
  const ratios = Array.from({ length: RUNS }, (_, run) => taken.slice(run * size, (run + 1) * size))
    .filter((run) => run.length > 0)
    .map((run) => median(run.map(({ cancel }) => cancel)) / median(run.map((one) => one.floor)));
  const each = ratios.map(round).join(', ');
  const reused = median(of('reused'));
  return [
    timed('floor of a cancel: NOTIFY, SIGKILL, fenced UPDATE', of('floor')),
    timed('the same with one `sleep`, which has little memory to free', of('bare')),
    timed('cancel: request committed → proven dead', of('cancel'), {
      ratio: `${each} × floor in ${ratios.length} runs`,
      target: `≤ ${MOST_TIMES_THE_FLOOR} × floor in each`,
      met: ratios.every((ratio) => ratio <= MOST_TIMES_THE_FLOOR),
    }),
    timed('cancel: timeToDeadMs of its receipt', of('receipt')),
    timed('acknowledged → the slot has its next job', of('reused'), {
      target: `p50 < ${MOST_REUSED_MS} ms`,
      met: reused < MOST_REUSED_MS,
    }),
    timed('cancel of an active job by pg-boss, which ends no process', of('boss')),
  ];
}

/**
 * Returns the time from the end of the cancelled job to the claim of the next one, by the
 * database's clock.
 */
async function reusedAfter({ sql }: BenchDatabase, id: string, next: string): Promise<number> {
  const [row] = await sql`
    SELECT extract(epoch FROM n.created_at - c.at)::float8 * 1000 AS ms
    FROM attempts n, job_changes c
    WHERE n.job_id = ${next} AND c.job_id = ${id} AND c.status_after = 'CANCELLED'
    ORDER BY c.id LIMIT 1`;
  return Number(row?.ms);
}

/** pg-boss only marks the row of an active job. Its worker goes on with the job. */
async function openBossCancel(farm: BenchFarm) {
  const { url: connectionString } = await farm.emptyDatabase();
  const boss = new PgBoss({ connectionString, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(QUEUE);
  return {
    async measure(): Promise<number> {
      await boss.send(QUEUE, PAYLOAD);
      const [job] = await boss.fetch(QUEUE);
      return await time(() => boss.cancel(QUEUE, job?.id ?? ''));
    },
    close: () => boss.stop({ graceful: false }),
  };
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
  const listener = await sql.listen(STOPS_CHANNEL, () => void check());
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
