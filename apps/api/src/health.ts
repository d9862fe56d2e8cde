import type { HostView, JobCounts } from '@renderdeck/operations';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Health = {
  /** Null where the database answers and its wakes are heard; otherwise what is wrong. */
  trouble(): Promise<string | null>;
  counts(): Promise<JobCounts>;
  hosts(): Promise<readonly HostView[]>;
  reconnects(): number;
};

/** Liveness, readiness and metrics: never behind a session, never limited. */
export function addHealth(server: FastifyInstance, health: Health): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const jobs = new Gauge({ name: 'renderdeck_jobs', help: 'Jobs by state.', labelNames: ['state'], registers });
  const hosts = new Gauge({ name: 'renderdeck_hosts_alive', help: 'Render hosts that are heard.', registers });
  const reconnects = new Gauge({
    name: 'renderdeck_listener_reconnects',
    help: 'How often the listening connection was made anew.',
    registers,
  });
  const requests = new Counter({
    name: 'renderdeck_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'renderdeck_request_seconds',
    help: 'Time to answer.',
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });

  server.addHook('onResponse', async (request, reply) => {
    requests.inc({ method: request.method, status: reply.statusCode });
    seconds.observe(reply.elapsedTime / 1000);
  });
  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const trouble = await health.trouble();
    return reply.code(trouble === null ? 200 : 503).send(trouble === null ? { status: 'ok' } : { status: 'unavailable', detail: trouble });
  });
  server.get('/metrics', async (_request, reply) => {
    for (const [state, count] of Object.entries(await health.counts())) jobs.set({ state }, count);
    hosts.set((await health.hosts()).filter(({ silent, stoppedAt }) => !silent && stoppedAt === null).length);
    reconnects.set(health.reconnects());
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
