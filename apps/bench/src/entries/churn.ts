/*
 * Very many jobs go through a queue that keeps its length, with PostgreSQL's default autovacuum.
 * Each job is submitted, claimed and finished. Ended jobs are deleted after some seconds, as a farm
 * deletes them after some days. Compares the last quarter with the second one, in which deletions
 * have begun.
 */
import { pruneOldChanges } from '@renderdeck/operations/extras';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { CLIENTS } from '../contenders/contender.ts';
import { openRenderdeck } from '../contenders/renderdeck.ts';
import { compare, counted, type Finding, jobs, round, timed } from '../finding.ts';
import { median, rate } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';

const STEPS = 20;
/** Each step submits this many jobs, and then claims and finishes as many. */
const AT_ONCE = 500;
const KEEP_MS = 5000;
const MOST_GROWN = 1.3;
const TABLES = ['jobs', 'jobs_in_order', 'queue_counts', 'queue_folds', 'job_changes', 'attempts'];

type Step = { readonly claimMs: readonly number[]; readonly megabytes: readonly number[] };

export async function measureChurn(farm: BenchFarm, sizes: Sizes): Promise<Finding[]> {
  const { churnClaims, churnBehind } = sizes;
  const renderdeck = openRenderdeck(await farm.database());
  farm.onClose(renderdeck.close);
  const { database } = renderdeck;
  await renderdeck.fill(churnBehind);
  const steps: Step[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const claimMs: number[] = [];
    for (let left = churnClaims / STEPS; left > 0; left -= AT_ONCE) {
      const count = Math.min(AT_ONCE, left);
      await submitInBulk(database, count);
      await rate(count, CLIENTS, async () => {
        const { finish, tookMs } = await renderdeck.claim();
        claimMs.push(tookMs);
        await finish();
      });
    }
    // A farm keeps ended jobs for a day or longer, so Renderdeck has no function for this.
    await database.sql`DELETE FROM jobs WHERE status = 'COMPLETED'
      AND ended_at < clock_timestamp() - ${KEEP_MS} * interval '1 millisecond'`;
    await pruneOldChanges(database.admin, { olderThanMs: KEEP_MS });
    steps.push({ claimMs, megabytes: await sizesOf(database) });
    process.stderr.write(`  ${(step + 1) * (churnClaims / STEPS)} claims\r`);
  }
  // Autovacuum runs once a minute, so a short run cannot show whether it keeps up.
  const most = sizes.name === 'full' ? { most: MOST_GROWN } : {};
  return compareParts(steps, most, `${jobs(churnClaims)} claims, ${jobs(churnBehind)} behind`);
}

/** Compares the last quarter with the second quarter. */
function compareParts(
  steps: readonly Step[],
  most: { readonly most?: number },
  name: string,
): Finding[] {
  const part = (from: number) => steps.slice((from * STEPS) / 4, ((from + 1) * STEPS) / 4);
  const claims = (from: number) => part(from).flatMap(({ claimMs }) => claimMs);
  const [before, after] = [claims(1), claims(3)];
  return [
    timed(`claim: the second quarter of ${name}`, before),
    timed(
      `claim: the last quarter of ${name}`,
      after,
      compare(median(after) / median(before), 'the second', most),
    ),
    ...TABLES.map((table, index) => {
      const size = (from: number) =>
        median(part(from).map(({ megabytes }) => megabytes[index] ?? 0));
      const grown = `${round(size(1))} MB, then ${round(size(3))} MB`;
      return counted(`size of ${table}`, grown, compare(size(3) / size(1), 'the second', most));
    }),
  ];
}

async function sizesOf({ sql }: BenchDatabase): Promise<number[]> {
  const rows = await sql`
    SELECT pg_total_relation_size(name::regclass)::float8 / 1e6 AS mb
    FROM unnest(${TABLES}::text[]) WITH ORDINALITY AS t (name, place) ORDER BY place`;
  return rows.map(({ mb }) => Number(mb));
}

/** Submits jobs of the default priority in one statement, because only claims are measured here. */
async function submitInBulk({ sql }: BenchDatabase, count: number): Promise<void> {
  await sql`
    WITH made AS (
      INSERT INTO jobs (id, name, priority, max_attempts, submitted_by)
      SELECT gen_random_uuid(), 'bench', 50, 3, 'bench' FROM generate_series(1, ${count}::int)
      RETURNING id, status, queue_key
    ), defined AS (
      INSERT INTO job_definitions (job_id, nexrender_job)
      SELECT id, '{"template": {"src": "file:///farm/intro.aep", "composition": "main"}}' FROM made
    )
    INSERT INTO job_changes (job_id, version, event, status_after, actor, q_to)
    SELECT id, 1, 'submit', status, 'bench', queue_key FROM made`;
}
