/*
 * Each procedure of the router has a REST route and a command of ctl, or a reason why it has none.
 */
import { readdir, readFile } from 'node:fs/promises';
import type { ProcedureSpec } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type RestServer, serveRest } from './serve-rest.ts';

const specs: readonly ProcedureSpec[] = Object.values(PROCEDURES);
const names = Object.keys(PROCEDURES).sort();
/** The procedures that give this reason. */
const giving = (reason: 'noRoute' | 'noCommand') =>
  specs.flatMap((spec) => (spec[reason] === undefined ? [] : [spec.action])).sort();

/** The query that a route needs in addition to the example of its body. */
const QUERIES: Readonly<Record<string, string>> = {
  'get /api/jobs/{id}/priority/preview': '?priority=60',
  'get /api/attempts': '?from=2026-03-01T12:00:00.000Z&to=2026-03-01T13:00:00.000Z',
  'get /api/jobs/{id}/attempts/{number}/outputs/{output}/file': '?link=none',
  'get /api/pictures': '?ids=3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59',
};
const BODIES: Readonly<Record<string, object>> = {
  // The fake host does not answer, so the call must not wait.
  'post /api/hosts/{name}/check': { waitMs: 0 },
};
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;
const media = z.looseObject({ examples: z.object({ example: z.looseObject({}) }).optional() });
const operation = z.looseObject({
  requestBody: z.looseObject({ content: z.record(z.string(), media) }).optional(),
});
const document = z.looseObject({
  paths: z.record(z.string(), z.partialRecord(z.enum(METHODS), operation)),
});

/**
 * Calls every route with its example. Gives the names of all methods of the port that were called.
 */
async function callEveryRoute({ fake, server }: RestServer): Promise<ReadonlySet<string>> {
  const called = new Set<string>();
  const { contextOf } = fake;
  const recorded = new Proxy(fake.port, {
    get(port, name) {
      if (typeof name === 'string') called.add(name);
      return Reflect.get(port, name);
    },
  });
  Object.assign(fake, {
    contextOf: (...args: Parameters<typeof contextOf>) => ({
      ...contextOf(...args),
      port: recorded,
    }),
  });
  const { id } = fake.farm.submit('Intro', 'sam');
  const { paths } = document.parse((await server.inject('/api/openapi.json')).json());
  for (const [path, operations] of Object.entries(paths))
    for (const method of METHODS) {
      const found = operations[method];
      if (found === undefined) continue;
      const route = `${method} ${path}`;
      const content = found.requestBody?.content['application/json'];
      const body = BODIES[route] ?? content?.examples?.example.value;
      const url = path
        .replace(/[{](id|uid)[}]/, id)
        .replace('{number}', '1')
        .replace('{picture}', '1')
        .replace('{output}', '1')
        .replace('{name}', 'render-02');
      await server.inject({
        method,
        url: url + (QUERIES[route] ?? ''),
        headers: { authorization: `Bearer ${fake.signIn('ada')}` },
        ...(body === undefined ? {} : { payload: z.looseObject({}).parse(body) }),
      });
    }
  return called;
}

/** The procedures that the commands of ctl call, also by what the client waits for and follows. */
async function calledByCtl(): Promise<ReadonlySet<string>> {
  const texts = await Promise.all([
    readSources('../../../apps/ctl/src/', /(?<!\.test)\.ts$/),
    readSources('../../client/src/', /^(?:follow|until)-.+(?<!\.test)\.ts$/),
  ]);
  const calls = texts.join('\n').matchAll(/\bapi\.(\w+)\.(?:query|mutate|subscribe)\(/g);
  return new Set([...calls].map(([, name = '']) => name));
}

async function readSources(path: string, wanted: RegExp): Promise<string> {
  const folder = new URL(path, import.meta.url);
  const files = (await readdir(folder)).filter((name) => wanted.test(name));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  return texts.join('\n');
}

test('every procedure has a REST route, or a reason why it has none', {
  timeout: 60_000,
}, async () => {
  const called = await callEveryRoute(serveRest());
  expect(names.filter((name) => !called.has(name))).toEqual(giving('noRoute'));
});

test('every procedure has a command of ctl, or a reason why it has none', async () => {
  const called = await calledByCtl();
  expect(names.filter((name) => !called.has(name))).toEqual(giving('noCommand'));
});
