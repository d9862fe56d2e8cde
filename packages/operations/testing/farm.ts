import { randomUUID } from 'node:crypto';
import {
  ACCESS_CHANNEL,
  HOSTS_CHANNEL,
  JOBS_CHANNEL,
  LOGS_CHANNEL,
  QUEUE_CHANNEL,
  workerChannel,
} from '@renderdeck/store';
import { connect } from '@renderdeck/store/connect';
import { testDatabase, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, afterEach, expect } from 'vitest';
import { registerHost, type WorkerContext } from '../src/index.ts';
import { findUnsound } from './find-unsound.ts';
import { HOST_FACTS } from './hosts.ts';
import { aRequestContext } from './request-context.ts';
import { type Trace, traceAct } from './trace.ts';

const MARK = 'until_here';
const CHANNELS = [JOBS_CHANNEL, QUEUE_CHANNEL, HOSTS_CHANNEL, ACCESS_CHANNEL, LOGS_CHANNEL, MARK];

export type Farm = Awaited<ReturnType<typeof aFarm>>;

/** An empty, migrated farm of the calling test file: sound after each test, closed after the last. */
export async function aFarm() {
  const database = await testDatabase();
  const store = connect(database.url, { name: 'farm', poolSize: 10 });
  const look = openSql(database.url, 1);
  const listener = store.listener((error) => {
    throw error;
  });
  const wakes: string[] = [];
  const subscribe = (channel: string) =>
    listener.subscribe(channel, (payload) =>
      wakes.push(`${channel.replace('renderdeck_', '')} ${payload}`.trim()),
    );
  for (const channel of CHANNELS) await subscribe(channel);

  /** One connection listens, in commit order: all that came before the mark is there with it. */
  async function wakesSoFar(): Promise<string[]> {
    const payload = randomUUID();
    await look`select pg_notify(${MARK}, ${payload})`;
    await waitFor(() => wakes.includes(`${MARK} ${payload}`), { what: 'the notifications so far' });
    return wakes.filter((wake) => !wake.startsWith(MARK));
  }

  afterEach(async () => expect(await findUnsound(look)).toEqual([]));
  afterAll(async () => {
    await store.close();
    await look.end();
    await database.drop();
  });

  return {
    db: store.db,
    look,
    trace: <Result>(act: () => Promise<Result>): Promise<Trace<Result>> =>
      traceAct(look, wakesSoFar, act),
    admin: aRequestContext(store.db),
    async worker(host = 'render-01', leaseMs = 30_000): Promise<WorkerContext> {
      const worker = { db: store.db, host, workerId: randomUUID() };
      await subscribe(workerChannel(worker.workerId));
      await registerHost(worker, { facts: { ...HOST_FACTS, leaseMs }, isAlive: async () => false });
      return worker;
    },
  };
}
