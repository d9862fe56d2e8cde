/*
 * Compares a queue of a thousand jobs with a larger queue. The same action runs on both in turn.
 * One client reads positions and changes priorities. Four clients at once submit jobs, and claim
 * jobs that complete without a render.
 */
import { randomUUID } from 'node:crypto';
import {
  allowPublish,
  claimJob,
  findJobView,
  finishAttempt,
  passPublishGate,
  setPriority,
} from '@renderdeck/operations';
import { type BenchDatabase, type BenchFarm, submit } from './bench-farm.ts';
import { type Finding, round, timed } from './finding.ts';
import { median, time } from './numbers.ts';

const SMALL = 1000;
const CLIENTS = 4;
/** Jobs in one batch of the four clients. Four batches do not empty a queue of a thousand. */
const BATCH = 200;
const BATCHES = 4;
/** The first turns on each database do not count. */
const WARM_UP = 5;
const JOB = { template: { src: 'file:///farm/intro.aep', composition: 'main' }, assets: [] };
const REPORTS = {
  stopReport: { processes: [], proof: 'noProcess', survivors: [], timeToDeadMs: 0 },
  removalReport: { files: 3, bytes: 4096, leftovers: [], timeToCleanMs: 4 },
  deadMsAgo: 0,
  output: 'none',
} as const;

type Action = (database: BenchDatabase, id: string) => Promise<unknown>;

export async function measureQueue(
  farm: BenchFarm,
  sizes: readonly number[],
  samples: number,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const size of sizes) {
    const [small, large] = [await fill(farm, SMALL), await fill(farm, size)];
    const name = `${size / 1000}k`;
    const position = await inTurn([small, large], samples, (database, id) =>
      findJobView(database.admin.db, id),
    );
    findings.push(...compare('position of a job', name, position, 2));
    const priority = await inTurn([small, large], samples, (database, id) =>
      setPriority(database.admin, {
        id,
        priority: Math.floor(Math.random() * 101),
        expectedVersion: null,
      }),
    );
    findings.push(...compare('setPriority', name, priority, null));
    findings.push(
      ...rates(
        'submit',
        name,
        await batches([small, large], (database) => submit(database, JOB)),
        null,
      ),
    );
    findings.push(
      ...rates('claim, gate, complete', name, await batches([small, large], completeNext), 1.3),
    );
  }
  return findings;
}

/** Makes a queue of this many jobs. Seven of ten have the default priority, the rest any. */
async function fill(farm: BenchFarm, jobs: number): Promise<BenchDatabase> {
  const database = await farm.database();
  const { sql } = database;
  await sql`INSERT INTO jobs (id, name, priority, max_attempts, submitted_by)
    SELECT gen_random_uuid(), 'bench',
      CASE WHEN random() < 0.7 THEN 50 ELSE floor(random() * 101)::int END, 3, 'bench'
    FROM generate_series(1, ${jobs}::int)`;
  await sql`INSERT INTO job_definitions (job_id, nexrender_job)
    SELECT id, ${sql.json(JOB)} FROM jobs`;
  await sql`INSERT INTO job_changes (job_id, version, event, status_after, actor, q_to)
    SELECT id, 1, 'submit', status, 'bench', queue_key FROM jobs`;
  await sql`VACUUM ANALYZE`;
  return database;
}

/** Measures the action on each database in turn, on random jobs of its queue. */
async function inTurn(
  databases: readonly BenchDatabase[],
  samples: number,
  action: Action,
): Promise<number[][]> {
  const queues = await Promise.all(
    databases.map(
      ({ sql }) =>
        sql`SELECT id FROM jobs WHERE queue_key IS NOT NULL
          ORDER BY random() LIMIT ${samples + WARM_UP}`,
    ),
  );
  const taken: number[][] = databases.map(() => []);
  for (let turn = 0; turn < samples + WARM_UP; turn += 1) {
    for (const [index, database] of databases.entries()) {
      const tookMs = await time(() => action(database, String(queues[index]?.[turn]?.id)));
      if (turn >= WARM_UP) taken[index]?.push(tookMs);
    }
  }
  return taken;
}

/** Measures the actions per second of four clients, with batches on each database in turn. */
async function batches(
  databases: readonly BenchDatabase[],
  action: (database: BenchDatabase) => Promise<unknown>,
): Promise<number[][]> {
  const taken: number[][] = databases.map(() => []);
  for (let batch = 0; batch < BATCHES; batch += 1) {
    for (const [index, database] of databases.entries()) {
      let left = BATCH;
      const client = async () => {
        while (left > 0) {
          left -= 1;
          await action(database);
        }
      };
      const tookMs = await time(() => Promise.all(Array.from({ length: CLIENTS }, client)));
      taken[index]?.push((BATCH * 1000) / tookMs);
    }
  }
  return taken;
}

const workerId = randomUUID();

async function completeNext({ admin }: BenchDatabase): Promise<void> {
  const identity = {
    hostId: workerId,
    machineId: null,
    hardwareId: null,
    bootId: 'bench',
    pidNamespace: null,
  };
  const worker = { db: admin.db, host: 'bench', identity, workerId };
  const claimed = await claimJob(worker, { leaseMs: 600_000 });
  if (!claimed.ok) throw new Error(claimed.rejection.code);
  const { job } = claimed;
  const passed = await passPublishGate(worker, job);
  if (!passed.ok) throw new Error(passed.rejection.code);
  const allowed = await allowPublish(worker, { attempt: job, warning: null });
  if (!allowed.ok) throw new Error(allowed.rejection.code);
  const finished = await finishAttempt(worker, {
    attempt: job,
    end: { kind: 'completed' },
    signalled: false,
    reports: REPORTS,
  });
  if (!finished.ok) throw new Error(`the job did not complete: ${finished.rejection.code}`);
}

function compare(
  what: string,
  name: string,
  [small = [], large = []]: number[][],
  most: number | null,
): Finding[] {
  const ratio = median(large) / median(small);
  return [
    timed(`${what}, 1k wait`, small),
    timed(`${what}, ${name} wait`, large, against(ratio, most)),
  ];
}

function rates(
  what: string,
  name: string,
  [small = [], large = []]: number[][],
  most: number | null,
): Finding[] {
  const ratio = median(small) / median(large);
  const rate = (taken: readonly number[]) => ({
    samples: taken.length * BATCH,
    p50: `${round(median(taken))} /s`,
    p99: '',
    ratio: '',
    target: '',
    met: null,
  });
  return [
    { what: `${what}, ${CLIENTS} clients, 1k wait`, ...rate(small) },
    { what: `${what}, ${CLIENTS} clients, ${name} wait`, ...rate(large), ...against(ratio, most) },
  ];
}

function against(ratio: number, most: number | null): Pick<Finding, 'ratio' | 'target' | 'met'> {
  return {
    ratio: `${round(ratio)} × time at 1k`,
    target: most === null ? '' : `≤ ${most} × time at 1k`,
    met: most === null ? null : ratio <= most,
  };
}
