import { randomUUID } from 'node:crypto';
import type { ProcedureSpec } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openRest } from './open-rest.ts';

const rest = openRest();
const document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

const operation = z.looseObject({ operationId: z.string() });
const specs: readonly ProcedureSpec[] = Object.values(PROCEDURES);

test('GET /api/openapi.json has each route of a procedure, by its name, as 3.1', async () => {
  const { openapi, paths } = document.parse(
    (await rest.send(null, 'GET', '/api/openapi.json')).body,
  );
  expect(openapi).toBe('3.1.0');
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, value]) => `${method} ${path} ${operation.parse(value).operationId}`,
    ),
  );
  const told = specs.flatMap(({ action, rest }) =>
    rest === undefined
      ? []
      : [`${rest.method.toLowerCase()} /api${rest.path.replaceAll(/:(\w+)/g, '{$1}')} ${action}`],
  );
  expect(told.length).toBeGreaterThan(35);
  expect(found.sort()).toEqual(
    [...told, 'get /api/audit.csv exportAudit', 'get /api/events onJobChange'].sort(),
  );
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
