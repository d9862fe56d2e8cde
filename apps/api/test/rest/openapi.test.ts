import { ERROR_CODES } from '@renderdeck/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openRest } from './open-rest.ts';

const rest = openRest({ nexrenderApi: true });

const answer = z.looseObject({
  description: z.string(),
  content: z.record(z.string(), z.unknown()).optional(),
});
const operation = z.looseObject({
  summary: z.string(),
  tags: z.array(z.string()),
  responses: z.record(z.string(), answer),
});
const document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

/** The document with every route that can be switched on. */
async function readDocument(): Promise<z.infer<typeof document>> {
  return document.parse((await rest.send(null, 'GET', '/api/openapi.json')).body);
}

test('the document has the nexrender-server routes where on, each deprecated', async () => {
  const { paths } = await readDocument();
  const deprecated = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation.deprecated === true ? [`${method} ${path}`] : [],
    ),
  );
  expect(deprecated).toEqual([
    'post /api/v1/jobs',
    'get /api/v1/jobs',
    'get /api/v1/jobs/status',
    'get /api/v1/jobs/{uid}',
    'put /api/v1/jobs/{uid}',
    'delete /api/v1/jobs/{uid}',
    'get /api/v1/jobs/{uid}/status',
  ]);
});

test('every error answer is a problem and names its codes', async () => {
  const { paths } = await readDocument();
  for (const { responses } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const [status, { description, content }] of Object.entries(responses).filter(
      ([status]) => Number(status) >= 400,
    )) {
      expect(content).toMatchObject({
        'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      });
      const codes = [...description.matchAll(/`([a-z_]+)`:/g)].map(([, code]) => code);
      expect(codes.length).toBeGreaterThan(0);
      for (const code of codes)
        expect(Object.entries(ERROR_CODES).find(([name]) => name === code)?.[1].status).toBe(
          Number(status),
        );
    }
  }
});

test('a route that changes something can answer outcome_unknown, a read cannot', async () => {
  const { paths } = await readDocument();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(methods)) {
      const said = responses['503']?.description.includes('`outcome_unknown`: ');
      expect([method, path, said]).toEqual([method, path, method !== 'get']);
    }
});

test('an independent validator accepts it as OpenAPI 3.1 and finds an added fault', async () => {
  const document = JSON.parse(JSON.stringify(await readDocument()));
  const validator = new Validator();
  expect(await validator.validate(document)).toMatchObject({ valid: true });
  expect(validator.version).toBe('3.1');
  delete document.paths['/api/jobs'].post.responses['201'].description;
  expect(await new Validator().validate(document)).toMatchObject({ valid: false });
});

test('every body, answer and error has an example that fits its schema', async () => {
  const read = await readDocument();
  const media = z.looseObject({
    schema: z.looseObject({}),
    examples: z.record(z.string(), z.object({ value: z.unknown() })).optional(),
  });
  const contents = z.record(z.string(), media);
  const all = z.looseObject({
    requestBody: z.looseObject({ content: contents }).optional(),
    responses: z.record(z.string(), z.looseObject({ content: contents.optional() })),
  });
  const text = (schema: object) =>
    JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/');
  const $defs = JSON.parse(text(read.components.schemas));
  const wrong: string[] = [];
  for (const [path, methods] of Object.entries(read.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { requestBody, responses } = all.parse(operation);
      const parts = [['body', requestBody] as const, ...Object.entries(responses)];
      for (const [part, of] of parts) {
        for (const [type, { schema, examples }] of Object.entries(of?.content ?? {})) {
          const where = `${method} ${path} ${part} ${type}`;
          const values = Object.values(examples ?? {});
          if (values.length === 0) wrong.push(`${where}: no example`);
          const says = z.fromJSONSchema({ ...JSON.parse(text(schema)), $defs });
          for (const { value } of values) {
            const read = says.safeParse(value);
            if (!read.success) wrong.push(`${where}: ${z.prettifyError(read.error)}`);
          }
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('every reference leads to a schema, and every named schema is used', async () => {
  const read = await readDocument();
  const used = new Set(
    [...JSON.stringify(read).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
  );
  expect([...used].sort()).toEqual(Object.keys(read.components.schemas).sort());
});

test('GET /api/docs shows the document to a browser', async () => {
  const server = rest.server();
  const page = await server.inject('/api/docs');
  expect([page.statusCode, page.headers['content-type']]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  expect(page.body).toContain('/api/docs/static/swagger-ui.css');
  expect((await server.inject('/api/docs/static/swagger-ui.css')).statusCode).toBe(200);
  expect((await server.inject('/api/docs/json')).json()).toEqual(
    (await server.inject('/api/openapi.json')).json(),
  );
});
