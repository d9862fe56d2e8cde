/* The SQL of a renewal and the rule of domain choose the same workers to watch all leases. */
import { type PossibleWatcher, watchesLeases } from '@renderdeck/domain';
import { randomOf, SEED } from '@renderdeck/testing/random';
import { sql as statement } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { WATCHES_LEASES } from '../src/statements/hosts/watches-leases.ts';
import { openTestStore } from './open-test-store.ts';

const { db, sql } = openTestStore();
const HOSTS = 60;
const ROUNDS = 20;

/** Far from the limits, because time passes between the write and the read. */
const AGES_MS = [1000, 12_000, 28_000, 55_000, -60_000];
const { pick, chance } = randomOf(SEED);

async function fill(): Promise<readonly PossibleWatcher[]> {
  await sql`truncate render_hosts`;
  const rows = Array.from({ length: HOSTS }, (_, index) => ({
    ...{ name: `render-${index}`, age: pick(AGES_MS), lease: pick([30_000, 60_000]) },
    ...{ stopped: chance(30), login: chance(30) ? 'own' : null },
  }));
  const made = await sql<{ workerId: string; name: string }[]>`
    insert into render_hosts (name, worker_id, boot_id, pid, start_token, slots, version, platform,
      renderer, stand_in, container, lease_ms, last_heard_at, stopped_at, host_login)
    select name, gen_random_uuid(), 'boot', 1, '1', 1, '1', 'linux', 'none', true, 'none', lease,
      clock_timestamp() - age * interval '1 ms',
      case when stopped then clock_timestamp() end, login
    from jsonb_to_recordset(${sql.json(rows)})
      r(name text, age int, lease int, stopped boolean, login text)
    returning worker_id as "workerId", name`;
  const idOf = new Map(made.map(({ name, workerId }) => [name, workerId]));
  return rows.map(({ name, age, lease, stopped, login }) => ({
    workerId: idOf.get(name) ?? '',
    heardMsAgo: age,
    leaseMs: lease,
    isStopped: stopped,
    hasOwnLogin: login !== null,
  }));
}

it('the database and the rule choose the same workers', async () => {
  let watching = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const hosts = await fill();
    const rows = await db.execute<{ id: string; watches: boolean }>(
      statement`select worker_id as id, ${WATCHES_LEASES} as watches from render_hosts host`,
    );
    const byDatabase = new Map(rows.map(({ id, watches }) => [id, watches]));
    for (const host of hosts)
      expect(byDatabase.get(host.workerId)).toBe(watchesLeases(host, hosts));
    watching += rows.filter(({ watches }) => watches).length;
  }
  expect(watching).toBeGreaterThanOrEqual(ROUNDS);
  expect(watching).toBeLessThan(ROUNDS * HOSTS);
});
