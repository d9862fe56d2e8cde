/*
 * What 100 hosts cost a database, by counts and not by time: the statements of an idle host, its
 * connections and notifications, and the same while some of them work. The hosts run the loops of
 * the worker on a real PostgreSQL.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@renderdeck/testing/wait-for';
import { idleStatements } from '@renderdeck/worker/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAYLOAD } from '../src/contenders/contender.ts';
import type { FarmLoad } from '../src/farm/farm-load.ts';
import { LEASE_MS } from '../src/farm/hosts.ts';
import { type FarmWithoutHosts, openFarm, type PlayedFarm } from '../src/farm/play-farm.ts';
import { submit } from '../src/jobs.ts';

const HOSTS = 100;
const JOBS = 30;
const IDLE_MS = 40_000;
const API_ALONE_MS = 10_000;
const LOAD: FarmLoad = {
  ...{ hosts: HOSTS, slots: 2, minutes: 1, jobs: 0, apis: 1, pages: 2, idle: true },
  // An attempt takes about 4 s.
  ...{ endsPerSecond: 100, actsPerSecond: 0, way: 'direct' },
};
/** On a busy machine the loops take longer turns. */
const LEAST_SHARE = 0.5;
/** The API reads more often while jobs change. */
const MOST_OF_API = 2;
/** One for the job. A few hosts that find it taken tell the others. */
const MOST_NOTIFICATIONS = 6;

let farm: PlayedFarm;
/** The statements of the API in a second, without hosts. */
let apiPerSecond: number;

beforeAll(async () => {
  const opened = await openFarm(LOAD);
  try {
    const alone = await count(opened, () => delay(API_ALONE_MS));
    apiPerSecond = (1000 * alone.statements) / alone.forMs;
    farm = { ...opened, ...(await opened.addHosts()) };
  } catch (error) {
    await opened.close();
    throw error;
  }
}, 300_000);
afterAll(() => farm.close());

/** Counts statements and notifications while `work` runs. */
async function count({ server }: FarmWithoutHosts, work: () => Promise<unknown>) {
  const before = [await server.transactions(), await server.notifications()] as const;
  const startedAt = performance.now();
  await work();
  const forMs = performance.now() - startedAt;
  const statements = (await server.transactions()) - before[0];
  return { forMs, statements, notifications: (await server.notifications()) - before[1] };
}

const idleConnections = { listen: HOSTS, statements: HOSTS };

test('an idle host sends what its loops send, and notifies nobody', async () => {
  const { forMs, statements, notifications } = await count(farm, () => delay(IDLE_MS));
  const { hosts, api } = await farm.server.connections();
  expect(notifications).toBe(0);
  expect(hosts).toEqual(idleConnections);
  expect(api).toBeGreaterThan(0);
  const { least, most } = idleStatements(forMs, { leaseMs: LEASE_MS, polls: false });
  const ofApi = (MOST_OF_API * apiPerSecond * forMs) / 1000;
  expect(statements).toBeLessThan(HOSTS * most + ofApi);
  expect(statements).toBeGreaterThan(HOSTS * least * LEAST_SHARE);
}, 300_000);

test('jobs for idle hosts run once each, and few of the hosts notify the others', async () => {
  const { database, server, hosts } = farm;
  await hosts.report();
  let rendering = 0;
  const { notifications } = await count(farm, async () => {
    for (let job = 0; job < JOBS; job += 1) await submit(database, PAYLOAD);
    await waitFor(
      async () => {
        rendering = Math.max(rendering, (await server.connections()).hosts.renders ?? 0);
        const ended = await database.sql`SELECT FROM jobs WHERE status = 'COMPLETED'`;
        return ended.length === JOBS;
      },
      { what: 'the end of all jobs', withinMs: 180_000, everyMs: 200 },
    );
  });
  expect(await database.sql`SELECT FROM attempts`).toHaveLength(JOBS);
  expect(await hosts.report()).toMatchObject({ completed: JOBS, others: 0, logged: 0 });
  expect(notifications).toBeGreaterThanOrEqual(1);
  expect(notifications).toBeLessThan(MOST_NOTIFICATIONS * JOBS);
  // A third connection for each host that renders, until it renders no more.
  expect(rendering).toBeGreaterThan(0);
  expect(rendering).toBeLessThanOrEqual(JOBS);
  await waitFor(async () => (await server.connections()).hosts.renders === undefined, {
    ...{ what: 'the third connections to close', withinMs: 60_000 },
  });
  expect((await server.connections()).hosts).toEqual(idleConnections);
}, 300_000);
