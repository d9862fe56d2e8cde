import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { HealthSources } from './health-sources.ts';
import { READ_WITHIN_MS, within } from './read-within.ts';
import { shareRead } from './share-read.ts';
import { BOUNDS_MS, writeFarmMetrics } from './write-farm-metrics.ts';

/**
 * Adds /metrics. Requests, reconnects and whether the database answered are of this process. Jobs,
 * hosts, cancels and the audit chain are of the database: every process reports the same numbers,
 * so do not add them up. They are of one snapshot, and left out while the database is away.
 */
export function addMetrics(server: FastifyInstance, sources: HealthSources): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = makeGauges(registry);
  countRequests(server, registry);
  // The bound is of the shared read: the next scrape tries again, on another connection.
  const read = shareRead(() => within(READ_WITHIN_MS, sources.totals(BOUNDS_MS)));
  server.get('/metrics', async (request, reply) => {
    const totals = await read().catch((error: unknown) => {
      request.log.warn({ err: error }, 'the farm was not counted for the metrics');
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

function makeGauges(registry: Registry) {
  const registers = [registry];
  return {
    databaseUp: new Gauge({
      name: 'renderdeck_database_up',
      help: 'Whether the database answered; while it is 0, what only it knows is left out.',
      registers,
    }),
    reconnects: new Gauge({
      name: 'renderdeck_listener_reconnects',
      help: 'Reconnects of the listening connection.',
      registers,
    }),
  };
}
