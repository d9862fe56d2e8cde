import { setTimeout as delay } from 'node:timers/promises';
import { VERSION } from '@renderdeck/contract';
import { type FarmTotals, readFarmTotals } from '@renderdeck/operations/extras';
import { explainCondition, type Store } from '@renderdeck/store/connect';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RunRecord } from '../background/run-record.ts';
import { shareCalls } from '../share-calls.ts';
import type { Webhooks } from '../webhooks/start-webhooks.ts';
import { BOUNDS_MS, writeFarmMetrics } from './write-farm-metrics.ts';

/** If the database takes longer, it counts as away. So a health check ends before its own limit. */
const READ_WITHIN_MS = 3000;
/** How often /readyz writes at most. Requests in between get the result of the last write. */
const WRITE_EVERY_MS = 1000;
const NO_ANSWER = 'The database does not answer.';

/** Rejects if the answer takes longer than `ms`. */
async function within<Value>(ms: number, answer: Promise<Value>): Promise<Value> {
  const answered = new AbortController();
  const tooLate = delay(ms, null, { signal: answered.signal }).then(() => {
    throw new Error(`The database did not answer within ${ms} ms.`);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    answered.abort();
    tooLate.catch(() => undefined);
  }
}

/** Serves liveness, readiness and metrics. They need no session and have no request limit. */
export const health = fastifyPlugin<HealthSources>(async (server, sources) => {
  server.get('/healthz', async () => ({ status: 'ok' }));
  const findProblem = shareCalls(() =>
    within(READ_WITHIN_MS, sources.problem()).catch(() => NO_ANSWER),
  );
  const findWarning = shareCalls(() => within(READ_WITHIN_MS, sources.warning()).catch(() => null));
  server.get('/readyz', async (_request, reply) => {
    const problem = await findProblem();
    if (problem !== null) return reply.code(503).send({ status: 'unavailable', detail: problem });
    const warning = await findWarning();
    return { status: 'ok', ...(warning === null ? {} : { warning }) };
  });
  addMetrics(server, sources);
});

/**
 * Adds /metrics. The numbers of requests, of reconnects and of messages given up, the version, and
 * whether the database answered are those of this process. All other numbers are the database's,
 * from one snapshot: every process reports the same ones, so do not add them up. They are missing
 * while the database is away.
 */
function addMetrics(server: FastifyInstance, sources: HealthSources): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = makeGauges(registry);
  countRequests(server, registry);
  countGivenUp(registry, sources);
  // The time limit applies to the shared read. The next scrape reads again, on another connection.
  const read = shareCalls(() => within(READ_WITHIN_MS, sources.totals(BOUNDS_MS)));
  server.get('/metrics', async (request, reply) => {
    const totals = await read().catch((error: unknown) => {
      request.log.warn({ err: error }, 'metrics of jobs and hosts could not be read');
      return null;
    });
    gauges.databaseUp.set(totals === null ? 0 : 1);
    gauges.reconnects.set(sources.reconnects());
    const ofTheFarm = totals === null ? '' : writeFarmMetrics(totals);
    return reply.type(registry.contentType).send((await registry.metrics()) + ofTheFarm);
  });
}

function countRequests(server: FastifyInstance, registry: Registry): void {
  const registers = [registry];
  const requests = new Counter({
    name: 'renderdeck_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'renderdeck_request_seconds',
    help: 'Time to answer.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  server.addHook('onResponse', (request, reply, done) => {
    requests.inc({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
    });
    seconds.observe(reply.elapsedTime / 1000);
    done();
  });
}

function countGivenUp(registry: Registry, { givenUp }: Pick<HealthSources, 'givenUp'>): void {
  let counted = 0;
  new Counter({
    name: 'renderdeck_webhook_messages_given_up_total',
    help: 'Messages of webhooks and callbacks that this process gave up; no test messages.',
    registers: [registry],
    collect() {
      const now = givenUp();
      this.inc(now - counted);
      counted = now;
    },
  });
}

function makeGauges(registry: Registry) {
  const registers = [registry];
  new Gauge({
    name: 'renderdeck_build_info',
    help: 'The version of this process, and of the Node that runs it; always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: VERSION, node: process.versions.node }, 1);
  return {
    databaseUp: new Gauge({
      name: 'renderdeck_database_up',
      help: 'Whether the database answered; while it is 0, numbers of the database are missing.',
      registers,
    }),
    reconnects: new Gauge({
      name: 'renderdeck_listener_reconnects',
      help: 'Reconnects of the listening connection.',
      registers,
    }),
  };
}

type HealthSources = {
  /** What is wrong. Null if the database takes changes and notifications arrive. */
  problem(): Promise<string | null>;
  /** What the owner of the database should change although it works. Null: nothing. */
  warning(): Promise<string | null>;
  /**
   * The totals that the database counts; for cancels also how many took at most each of `boundsMs`.
   */
  totals(boundsMs: readonly number[]): Promise<FarmTotals>;
  reconnects(): number;
  /** How many messages of webhooks this process has given up. */
  givenUp(): number;
};

/**
 * Collects the facts about this process and its database that the health routes report.
 *
 * The farm is ready only if it can write. So the problem includes what fails when this process
 * writes the row of its run, commits it, and takes space on the disk of the data. The row needs no
 * space there: PostgreSQL puts it on the page that it is on. A commit that waits for a synchronous
 * standby waits here, too. What a write to another table would meet (a lock) is unknown.
 */
export function healthSources(
  store: Store,
  reads: Store['db'],
  listener: ReturnType<Store['listener']>,
  {
    runRecord,
    webhooks,
  }: { runRecord: Pick<RunRecord, 'save'>; webhooks: Pick<Webhooks, 'givenUp'> },
): HealthSources {
  const explain = (error: unknown) => explainCondition(error) ?? NO_ANSWER;
  const writeProblem = shareCalls(async () => {
    try {
      await runRecord.save();
      await store.proveSpace();
      return null;
    } catch (error) {
      return explain(error);
    }
  }, WRITE_EVERY_MS);
  return {
    async problem() {
      const problem = (await store.schemaProblem().catch(explain)) ?? (await writeProblem());
      if (problem !== null || listener.alive()) return problem;
      return 'The connection that receives notifications is down; it is reconnecting.';
    },
    warning: store.rightsWarning,
    totals: (boundsMs) => readFarmTotals({ db: reads }, { boundsMs }),
    reconnects: listener.reconnects,
    givenUp: webhooks.givenUp,
  };
}
