import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@renderdeck/testing/wait-for';
import type { BenchDatabase } from '../bench-databases.ts';
import { PAYLOAD } from '../contenders/contender.ts';
import { submit } from '../jobs.ts';

const JOBS = 100;
const PAUSE_MS = 200;

/** Submits jobs one after the other to idle hosts. Returns the times from submission to claim. */
export async function submitToIdle(database: BenchDatabase): Promise<number[]> {
  const { sql } = database;
  const ids: string[] = [];
  for (let job = 0; job < JOBS; job += 1) {
    ids.push(await submit(database, PAYLOAD));
    await delay(PAUSE_MS * (0.5 + Math.random()));
  }
  const read = () => sql`
    SELECT extract(epoch FROM a.created_at - j.created_at)::float8 * 1000 AS ms
    FROM attempts a JOIN jobs j ON j.id = a.job_id
    WHERE a.number = 1 AND j.id = ANY(${ids})`;
  const rows = await waitFor(
    async () => {
      const found = await read();
      return found.length === JOBS ? found : null;
    },
    { what: 'the last claim', withinMs: 120_000 },
  );
  return rows.map(({ ms }) => Number(ms));
}
