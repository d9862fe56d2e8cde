/*
 * Measures what one new job costs a farm of a thousand idle hosts. One process simulates the hosts.
 * Each host has its own listening connection, and follows the worker's rule that decides which host
 * tries to claim, and when (queue-wakes.ts). They share a few connections for claims. Two ways take
 * turns:
 *
 * all try   Each host tries to claim at each notification.
 * by turns  Each host follows the rule of the worker.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  claimJob,
  countIdleHosts,
  notifyNoneWaits,
  QUEUE_CHANNEL,
  type WorkerContext,
} from '@renderdeck/operations';
import { connect } from '@renderdeck/store/connect';
import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';
import { QueueWakes } from '@renderdeck/worker/testing';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { type Finding, round, timed } from '../finding.ts';
import { submit } from '../jobs.ts';
import { median, time } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';

/** The number of hosts, and of turns with one job. */
const SIZES = { full: [1000, 30], quick: [200, 1], tiny: [8, 1] } as const;
/** How many jobs are submitted at once. Each NOTIFY wakes each listening backend of PostgreSQL. */
const MANY = 100;
/** How many hosts use the database at once. The other hosts wait for a connection. */
const CLAIMS_AT_ONCE = 20;
const JOB = { template: { src: 'file:///farm/intro.aep', composition: 'main' }, assets: [] };
/** After this time every host has had its turn to try. */
const TURNS_MS = 900;
const MOST_TRIES = 20;

type Way = 'all try' | 'by turns';
type Played = Awaited<ReturnType<typeof playHosts>>;

export async function measureWakeUps(farm: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const [count, samples] = SIZES[name];
  const many = Math.min(MANY, count);
  const database = await farm.database();
  const played = await playHosts(database, count);
  const findings: Finding[] = [];
  try {
    const one: Record<Way, { tookMs: number; tries: number }[]> = { 'all try': [], 'by turns': [] };
    const all: Record<Way, number[]> = { 'all try': [], 'by turns': [] };
    for (let turn = 0; turn <= samples; turn += 1) {
      for (const way of ['all try', 'by turns'] as const) {
        played.setWay(way);
        const measured = await submitOne(database, played);
        if (turn > 0) one[way].push(measured);
      }
    }
    for (const way of ['all try', 'by turns'] as const) {
      played.setWay(way);
      all[way].push(await submitMany(database, played, many));
    }
    for (const way of ['all try', 'by turns'] as const) {
      const tries = median(one[way].map((sample) => sample.tries));
      findings.push(
        timed(
          `a job for ${count} idle hosts, ${way}: submitted → claimed`,
          one[way].map((sample) => sample.tookMs),
          {
            ratio: `${round(tries)} claims tried`,
            ...(way === 'all try'
              ? {}
              : { target: `≤ ${MOST_TRIES} claims tried`, met: tries <= MOST_TRIES }),
          },
        ),
        timed(`${many} jobs at once for them, ${way}: until the last is claimed`, all[way]),
      );
    }
    const counts: number[] = [];
    for (let turn = 0; turn < samples; turn += 1)
      counts.push(await time(() => countIdleHosts(database.store.db)));
    findings.push(timed(`to count the idle ones of ${count} hosts`, counts));
  } finally {
    await played.close();
  }
  return findings;
}

/** Simulates a thousand hosts with one slot each. All jobs end when `settle` is called. */
async function playHosts({ url, sql }: BenchDatabase, count: number) {
  const claims = connect(url, { name: 'played hosts', poolSize: CLAIMS_AT_ONCE });
  await sql`INSERT INTO render_hosts (name, worker_id, host_id, boot_id, pid, start_token, slots,
      version, platform, renderer, stand_in, container, lease_ms)
    SELECT 'played-' || n, gen_random_uuid(), gen_random_uuid(), 'boot', 1, '1', 1, '0', 'linux',
      'played', true, 'none', 3600000 FROM generate_series(1, ${count}::int) n`;
  const state: State = { way: 'all try', tries: 0, underWay: 0, claimed: [] };
  const idleHosts = await countIdleHosts(claims.db);
  const hosts: Awaited<ReturnType<typeof playHost>>[] = [];
  while (hosts.length < count) {
    const next = Array.from({ length: Math.min(CLAIMS_AT_ONCE, count - hosts.length) }, (_, at) =>
      playHost(url, aContext(claims.db, `played-${hosts.length + at + 1}`), state, idleHosts),
    );
    hosts.push(...(await Promise.all(next)));
  }
  return {
    claimed: state.claimed,
    tries: () => state.tries,
    setWay(next: Way): void {
      state.way = next;
    },
    /** Resolves when no host tries to claim any more. Then ends the jobs, so each slot is free. */
    async settle(): Promise<void> {
      await delay(TURNS_MS);
      await waitFor(() => state.underWay === 0, { what: 'the last claim', withinMs: 120_000 });
      for (const host of hosts) host.free();
      await sql`UPDATE jobs SET status = 'COMPLETED', lease_expires_at = NULL
        WHERE lease_expires_at IS NOT NULL`;
    },
    async close(): Promise<void> {
      await Promise.all(hosts.map((host) => host.close()));
      await claims.close();
    },
  };
}

type State = { way: Way; tries: number; underWay: number; claimed: number[] };

/** A host claims one job at a time, as the worker's claim loop does. */
async function playHost(url: string, context: WorkerContext, state: State, idleHosts: number) {
  const listener = openSql(url, 1);
  let isFree = true;
  let isTrying = false;
  let tryAgain = false;
  const tryToClaim = async (): Promise<void> => {
    tryAgain = true;
    if (isTrying) return;
    isTrying = true;
    state.underWay += 1;
    while (tryAgain && isFree) {
      tryAgain = false;
      state.tries += 1;
      const outcome = await claimJob(context, { leaseMs: 3_600_000 });
      if (outcome.ok) {
        isFree = false;
        state.claimed.push(performance.now());
        wakes.clear();
      } else wakes.foundNothing();
    }
    isTrying = false;
    state.underWay -= 1;
  };
  const wakes = new QueueWakes({
    tags: [],
    hasFreeSlot: () => isFree,
    tryToClaim: () => void tryToClaim(),
    tellNone: (mark, tags) => void notifyNoneWaits(context.db, mark, tags).catch(() => undefined),
    later(ms, call) {
      const timer = setTimeout(call, ms);
      return { cancel: () => clearTimeout(timer) };
    },
    random: Math.random,
  });
  wakes.idleHosts = idleHosts;
  await listener.listen(QUEUE_CHANNEL, (payload) => {
    if (state.way === 'by turns') wakes.hear(payload);
    else if (isFree && !payload.startsWith('none')) void tryToClaim();
  });
  return {
    free(): void {
      isFree = true;
      tryAgain = false;
      wakes.clear();
    },
    close(): Promise<void> {
      wakes.clear();
      return listener.end({ timeout: 1 });
    },
  };
}

function aContext(db: WorkerContext['db'], host: string): WorkerContext {
  const identity = {
    hostId: randomUUID(),
    machineId: null,
    hardwareId: null,
    bootId: 'boot',
    pidNamespace: null,
  };
  return { db, host, workerId: randomUUID(), identity };
}

/**
 * Returns the time from the commit of a submission to its claim, and how many claims were tried.
 */
async function submitOne(database: BenchDatabase, { claimed, tries, settle }: Played) {
  const before = { claimed: claimed.length, tries: tries() };
  await submit(database, JOB);
  const committedAt = performance.now();
  await waitFor(() => claimed.length > before.claimed, { what: 'a claim', withinMs: 60_000 });
  const tookMs = Math.max(0, (claimed[before.claimed] ?? committedAt) - committedAt);
  await settle();
  return { tookMs, tries: tries() - before.tries };
}

/** Returns the time from the first submission to the last claim. */
async function submitMany(
  database: BenchDatabase,
  { claimed, settle }: Played,
  jobs: number,
): Promise<number> {
  const before = claimed.length;
  const tookMs = await time(async () => {
    await Promise.all(Array.from({ length: jobs }, () => submit(database, JOB)));
    await waitFor(() => claimed.length >= before + jobs, { what: 'all', withinMs: 120_000 });
  });
  await settle();
  return tookMs;
}
