/* A query parameter that a route does not describe is refused by name, on every route. */
import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { serveRest } from './serve-rest.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const parameter = z.object({ name: z.string(), in: z.string() });
const operation = z.object({ parameters: z.array(parameter).optional() });
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

const rest = serveRest({ nexrenderApi: true });
let routes: ReturnType<typeof listRoutes>;
let own: typeof routes;
beforeAll(async () => {
  routes = listRoutes((await rest.send(null, 'GET', '/api/openapi.json')).body);
  own = routes.filter(({ path }) => !path.startsWith('/api/v1/'));
});

const listRoutes = (body: unknown) =>
  Object.entries(document.parse(body).paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const found = operations[method.toLowerCase()];
      return found === undefined ? [] : [{ method, path, parameters: found.parameters ?? [] }];
    }),
  );

test('every route of the document refuses a parameter that it does not describe', async () => {
  expect(own.length).toBeGreaterThan(10);
  for (const { method, path, parameters } of own) {
    const url = `${path.replaceAll(/\{\w+\}/g, 'x')}?nosuch=1`;
    const answer = await rest.send('ada', method, url);
    expectProblem(answer, 400, 'invalid_input', { fields: [{ field: 'nosuch' }] });
    const { detail } = z.object({ detail: z.string() }).parse(answer.body);
    expect(detail, `${method} ${path}`).toMatch(/the query parameter "nosuch";/);
    for (const { name } of parameters.filter((each) => each.in === 'query'))
      expect(detail, `${method} ${path}`).toContain(name);
  }
});

test('a parameter that the route describes is accepted, even if it is empty', async () => {
  expect((await rest.send('vera', 'GET', '/api/jobs?q=&limit=5&open=true')).status).toBe(200);
  expectProblem(
    await rest.send('vera', 'GET', '/api/jobs?limit=5&name=a&nam='),
    400,
    'invalid_input',
    {
      detail: expect.stringMatching(
        /the query parameter "name"; it takes q, host, by, template, status, show, open, /,
      ),
      fields: [{ field: 'name' }, { field: 'nam' }],
    },
  );
});

test("nexrender-server's own API ignores unknown parameters, as that server does", async () => {
  expect((await rest.send('ada', 'GET', '/api/v1/jobs?nosuch=1')).status).toBe(200);
  expect(routes.length).toBeGreaterThan(own.length);
});
