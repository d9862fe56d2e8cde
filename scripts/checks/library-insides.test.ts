import { expect, it } from 'vitest';
import { findInsides } from './library-insides.ts';

it.each([
  ['router._def.procedures;', 'reads the private field _def'],
  ["schema?.['_zod'];", 'reads the private field _zod'],
  ['select._;', 'reads the private field _'],
  ['const { _context: context } = db;', 'reads the private field _context'],
  ["type Procedures = Router['_def'];", 'reads the private field _def'],
  [
    "createRequire(import.meta.url)('pidusage/lib/history');",
    'imports a file of a package: pidusage/lib/history',
  ],
  [
    "import { hide } from '@trpc/server/dist/hide.mjs';",
    'imports a file of a package: @trpc/server/dist/hide.mjs',
  ],
  ['Object.assign(socket, { send() {} });', 'replaces a method of socket'],
  ['Object.assign(client.sql, { begin: () => null });', 'replaces a method of client.sql'],
  ['Object.create(schema, {});', 'makes an object of schema as its prototype'],
  ['Socket.prototype.connect = connect;', 'replaces Socket.prototype.connect'],
  ["net.Socket.prototype['connect'] = connect;", "replaces net.Socket.prototype['connect']"],
])('%s is found', (line, what) => {
  expect(findInsides('a.ts', `// Before it.\n${line}\n`)).toEqual([`a.ts:2 ${what}`]);
});

it.each([
  'const { stack: _, ...data } = shape;',
  'list.map((_, index) => index);',
  "import { z } from 'zod/v4/core';",
  "const path = 'apps/api/src/main.ts';",
  "import type { Job } from '../src/job.ts';",
  'Object.assign(new Error(), { code });',
  'Object.assign(host, { name, at: 3 });',
  'Object.create(null);',
  'const { connect } = Socket.prototype;',
  'if (job.prototype.name === name) return;',
  'sql`SELECT _private FROM "_table"`;',
])('%s is not found', (line) => {
  expect(findInsides('a.ts', line)).toEqual([]);
});

it('a method that the check names may be replaced in its own file only', () => {
  const file = 'packages/render-host/src/nexrender/guard-connections.mjs';
  expect(findInsides(file, 'Socket.prototype.connect = guarded;')).toEqual([]);
  expect(findInsides(file, 'Socket.prototype.write = guarded;')).toHaveLength(1);
});
