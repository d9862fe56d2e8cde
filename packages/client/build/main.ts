/*
 * `pnpm build:client [--out dist/client]`: makes the package @renderdeck/client, for `npm pack`.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildClient } from './build-client.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist/client' } } });
await buildClient(resolve(values.out));
console.log(`${values.out}: install it with npm install ${resolve(values.out)}, or pack it there.`);
