import fastifyPlugin from 'fastify-plugin';
import type { HealthSources } from './health-sources.ts';
import { addMetrics } from './metrics.ts';
import { READ_WITHIN_MS, within } from './read-within.ts';
import { shareRead } from './share-read.ts';

/** Liveness, readiness and metrics. They need no session and have no request limit. */
export const health = fastifyPlugin<HealthSources>(async (server, sources) => {
  server.get('/healthz', async () => ({ status: 'ok' }));
  const findProblem = shareRead(() =>
    within(READ_WITHIN_MS, sources.problem()).catch(() => 'The database does not answer.'),
  );
  const findWarning = shareRead(() => within(READ_WITHIN_MS, sources.warning()).catch(() => null));
  server.get('/readyz', async (_request, reply) => {
    const problem = await findProblem();
    if (problem !== null) return reply.code(503).send({ status: 'unavailable', detail: problem });
    const warning = await findWarning();
    return { status: 'ok', ...(warning === null ? {} : { warning }) };
  });
  addMetrics(server, sources);
});
