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
  server.get('/readyz', async (_request, reply) => {
    const problem = await findProblem();
    return reply
      .code(problem === null ? 200 : 503)
      .send(problem === null ? { status: 'ok' } : { status: 'unavailable', detail: problem });
  });
  addMetrics(server, sources);
});
