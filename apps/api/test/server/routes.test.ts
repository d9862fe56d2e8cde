/*
 * Every route that the server lists is in the OpenAPI document or is open on purpose. The tests of
 * the roles use that document.
 */
import { ACTIONS } from '@renderdeck/contract';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

/** Open to anyone: counts, documents and the files of the page. tRPC has its own table. */
const OPEN = [
  /^(GET|HEAD) \/(healthz|readyz|metrics)$/,
  /^(GET|HEAD) \/api\/(openapi\.json|docs(\/.*)?)$/,
  /^(GET|HEAD) \/(assets\/)?\*$/,
];
const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** `METHOD /path` of each route. */
function routesOf(listing: string): string[] {
  const path: string[] = [];
  return listing.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] =
      /^((?:│ {3}| {4})*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    path.splice(depth, path.length, part);
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${path.join('')}`);
  });
}

test('each route is in the document, or open on purpose, or tRPC', async () => {
  const routes = routesOf(api.server.printRoutes());
  const { paths } = document.parse((await api.send(null, 'GET', '/api/openapi.json')).body);
  const documented = new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replaceAll(/[{](\w+)[}]/g, ':$1')}`,
      ),
    ),
  );
  const isKnown = (route: string) =>
    documented.has(route.replace(/^HEAD/, 'GET')) ||
    OPEN.some((open) => open.test(route)) ||
    / \/trpc(\/|$)/.test(route);
  for (const route of documented) expect(routes).toContain(route);
  const others = routes.filter((route) => !isKnown(route));
  expect(others.length).toBeGreaterThan(10);
  // Any other method of a path is 405, for an admin too.
  for (const route of others) {
    const [method = '', path = ''] = route.split(' ');
    const url = `${api.url}${path.replaceAll(/:\w+/g, '0198a000-0000-7000-8000-000000000001')}`;
    const { status, headers } = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${farm.secretOf('ada')}` },
    });
    expect([route, status, headers.has('allow')]).toEqual([route, 405, true]);
  }
});

test('/trpc has exactly the procedures of the access table', async () => {
  for (const name of Object.keys(ACTIONS))
    expect([name, (await api.send(null, 'GET', `/trpc/${name}`)).status]).not.toEqual([name, 404]);
  const others = ['', 'recordRefusal', 'authenticate', 'port', 'constructor', '__proto__'];
  for (const other of [...others, 'cancelJob.mutate'])
    expect([other, (await api.send('ada', 'GET', `/trpc/${other}`)).status]).toEqual([other, 404]);
  const { status, headers } = await api.send('ada', 'PUT', '/trpc/me', {});
  expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
});
