import type { HostView, JobCounts, StopTotals } from '@renderdeck/operations';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { writeHistogram } from './write-histogram.ts';

/** Bounds of time-to-dead and time-to-clean: from a tree that ends by itself to one that has to be killed, and slow disks. */
const BOUNDS_MS = [10, 50, 100, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

export type Health = {
  /** Null where the database answers and its wakes are heard; otherwise what is wrong. */
  problem(): Promise<string | null>;
  counts(): Promise<JobCounts>;
  hosts(): Promise<readonly HostView[]>;
  /** Of every cancel so far, with how many took at most each of these times. */
  stops(boundsMs: readonly number[]): Promise<StopTotals>;
  /** Links of the audit chain. */
  seals(): Promise<number>;
  reconnects(): number;
};

/**
 * Liveness, readiness and metrics: never behind a session, never limited. Requests and reconnects are this process's own; jobs, hosts, cancels and the
 * audit chain are the database's, so that every process tells the same of them, no restart loses any, and none is counted twice: take one, not their sum.
 */
export function addHealth(server: FastifyInstance, health: Health): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const jobs = new Gauge({
    name: 'renderdeck_jobs',
    help: 'Jobs by state.',
    labelNames: ['state'],
    registers,
  });
  const hosts = new Gauge({
    name: 'renderdeck_hosts_alive',
    help: 'Render hosts that are heard.',
    registers,
  });
  const reconnects = new Gauge({
    name: 'renderdeck_listener_reconnects',
    help: 'How often the listening connection was made anew.',
    registers,
  });
  const cancels = new Gauge({
    name: 'renderdeck_cancels',
    help: 'Cancels by what became of them.',
    labelNames: ['outcome'],
    registers,
  });
  const seals = new Gauge({
    name: 'renderdeck_audit_chain_length',
    help: 'Audit lines that are sealed.',
    registers,
  });
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

  server.addHook('onResponse', async (request, reply) => {
    requests.inc({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
    });
    seconds.observe(reply.elapsedTime / 1000);
  });
  server.get('/healthz', async () => ({ status: 'ok' }));
  const ready = together(() => health.problem());
  server.get('/readyz', async (_request, reply) => {
    const problem = await ready();
    return reply
      .code(problem === null ? 200 : 503)
      .send(problem === null ? { status: 'ok' } : { status: 'unavailable', detail: problem });
  });
  const look = together(() =>
    Promise.all([health.counts(), health.hosts(), health.stops(BOUNDS_MS), health.seals()]),
  );
  server.get('/metrics', async (_request, reply) => {
    const [counts, views, stops, links] = await look();
    for (const [state, count] of Object.entries(counts)) jobs.set({ state }, count);
    for (const [outcome, count] of Object.entries(stops.outcomes)) cancels.set({ outcome }, count);
    hosts.set(views.filter(({ silent, stoppedAt }) => !silent && stoppedAt === null).length);
    seals.set(links);
    reconnects.set(health.reconnects());
    const times = [
      writeHistogram(
        'renderdeck_time_to_dead_seconds',
        'From a cancel to the proof that nothing of it runs.',
        BOUNDS_MS,
        stops.timeToDead,
      ),
      writeHistogram(
        'renderdeck_time_to_clean_seconds',
        'From the first file removed to the last.',
        BOUNDS_MS,
        stops.timeToClean,
      ),
    ];
    return reply.type(registry.contentType).send((await registry.metrics()) + times.join(''));
  });
}

/** However many ask at once, and nobody is asked who they are: the database is looked at once at a time. */
function together<Seen>(look: () => Promise<Seen>): () => Promise<Seen> {
  let looking: Promise<Seen> | null = null;
  return () => {
    looking ??= look().finally(() => {
      looking = null;
    });
    return looking;
  };
}
