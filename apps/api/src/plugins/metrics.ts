import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { HealthSources } from './health-sources.ts';
import { shareRead } from './share-read.ts';
import { writeHistogram } from './write-histogram.ts';

/** Bounds of time-to-dead and time-to-clean: from a tree that ends by itself to a slow disk. */
const BOUNDS_MS = [10, 50, 100, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];

/**
 * Adds /metrics. Requests and reconnects are of this process. Jobs, hosts, cancels and the audit
 * chain are of the database: every process reports the same numbers, so do not add them up.
 */
export function addMetrics(server: FastifyInstance, sources: HealthSources): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = makeGauges(registry);
  countRequests(server, registry);
  const read = shareRead(() =>
    Promise.all([sources.counts(), sources.hosts(), sources.stops(BOUNDS_MS), sources.seals()]),
  );
  server.get('/metrics', async (_request, reply) => {
    const [counts, views, stops, links] = await read();
    const { open, ...jobs } = counts;
    for (const [state, count] of Object.entries(jobs)) gauges.jobs.set({ state }, count);
    gauges.open.set(open);
    for (const [outcome, count] of Object.entries(stops.outcomes))
      gauges.cancels.set({ outcome }, count);
    gauges.hosts.set(views.filter(({ silent, stoppedAt }) => !silent && stoppedAt === null).length);
    gauges.seals.set(links);
    gauges.reconnects.set(sources.reconnects());
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
  server.addHook('onResponse', async (request, reply) => {
    requests.inc({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
    });
    seconds.observe(reply.elapsedTime / 1000);
  });
}

function makeGauges(registry: Registry) {
  const registers = [registry];
  return {
    jobs: new Gauge({
      name: 'renderdeck_jobs',
      help: 'Jobs by state.',
      labelNames: ['state'],
      registers,
    }),
    open: new Gauge({
      name: 'renderdeck_open_attempts',
      help: 'Attempts that gave up their job and are not proven to have ended.',
      registers,
    }),
    hosts: new Gauge({
      name: 'renderdeck_hosts_alive',
      help: 'Render hosts that are alive.',
      registers,
    }),
    reconnects: new Gauge({
      name: 'renderdeck_listener_reconnects',
      help: 'Reconnects of the listening connection.',
      registers,
    }),
    cancels: new Gauge({
      name: 'renderdeck_cancels',
      help: 'Cancels by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    seals: new Gauge({
      name: 'renderdeck_audit_chain_length',
      help: 'Audit lines that are sealed.',
      registers,
    }),
  };
}
