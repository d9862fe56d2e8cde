import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { expectProblem, openRest } from './open-rest.ts';

const rest = await openRest();
const document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

test('GET /api/openapi.json describes every route and method, in OpenAPI 3.1', async () => {
  const { openapi, paths } = document.parse(
    (await rest.send(null, 'GET', '/api/openapi.json')).body,
  );
  expect(openapi).toBe('3.1.0');
  expect(
    Object.entries(paths).map(([path, methods]) => `${Object.keys(methods).join(' ')} ${path}`),
  ).toEqual([
    'post get delete /api/session',
    'put /api/session/password',
    'post get /api/jobs',
    'get delete /api/jobs/{id}',
    'get /api/jobs/{id}/attempts/{number}/log',
    'get /api/jobs/{id}/attempts/{number}/usage',
    'get /api/jobs/preview',
    'post /api/jobs/{id}/resubmit',
    'get /api/jobs/{id}/priority/preview',
    'patch /api/jobs/{id}/priority',
    'get /api/jobs/{id}/changes',
    'get /api/receipts/{number}',
    'get /api/reasons',
    'get /api/audit',
    'get /api/audit.csv',
    'get /api/audit/verify',
    'get /api/hosts',
    'post /api/hosts/{name}/check',
    'post /api/hosts/{name}/gone',
    'post /api/hosts/{name}/release',
    'get post /api/users',
    'patch /api/users/{name}',
    'get post /api/tokens',
    'delete /api/tokens/{name}',
    'get /api/sessions',
    'delete /api/sessions/{id}',
    'get post /api/webhooks',
    'patch delete /api/webhooks/{name}',
    'post /api/webhooks/{name}/test',
    'get /api/webhook-deliveries',
    'post /api/webhook-deliveries/{id}/redeliver',
    'get /api/measures',
    'get /api/events',
  ]);
});

test('every route that writes is audited when another site calls it', async () => {
  const { paths } = document.parse((await rest.send(null, 'GET', '/api/openapi.json')).body);
  const writes = Object.entries(paths).flatMap(([path, methods]) =>
    (['post', 'put', 'patch', 'delete'] as const)
      .filter((method) => method in methods)
      .map((method) => ({
        method,
        url: path.replace('{id}', randomUUID()).replace('{name}', 'ae-03'),
      })),
  );
  for (const { method, url } of writes) {
    const headers = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    expectProblem(await rest.send('ada', method, url, {}, headers), 403, 'cross_site');
  }
  await expect.poll(rest.audit).toHaveLength(writes.length);
});
