import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MODULE = new URL('../../src/nexrender/load-nexrender.mjs', import.meta.url).href;
const server = createServer((_, answer) => answer.end('a film'));
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('load-nexrender');
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  server.close();
  await folder.remove();
});

/** Loads nexrender in a process of its own, then lets it download this source. */
async function run(src: string) {
  const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { createRequire } from 'node:module';
    import { loadNexrender } from ${JSON.stringify(MODULE)};
    const nexrender = loadNexrender();
    const require = createRequire(${JSON.stringify(MODULE)});
    const download = createRequire(require.resolve('@nexrender/core'))('./tasks/download');
    const isLoaded = () => Object.keys(require.cache).some((path) => /minipass-fetch/.test(path));
    const before = isLoaded();
    const settings = { logger: { log() {} }, trackCombined() {}, trackSync() {} };
    const template = { src: ${JSON.stringify(src)}, dest: '' };
    const job = { uid: 'job', workpath: ${JSON.stringify(folder.path)}, template, assets: [] };
    await download(job, settings);
    const text = readFileSync(template.dest, 'utf8');
    const same = loadNexrender() === nexrender;
    console.log(JSON.stringify({ before, after: isLoaded(), text, same }));`;
  const args = ['--input-type=module', '--eval', script];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

test('the module that nexrender downloads with is loaded only at the first download', async () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const text = 'a film';
  expect(await run(`http://127.0.0.1:${port}/film.aep`)).toEqual({
    ...{ before: false, after: true, text, same: true },
  });
  expect(await run('data:text/plain,a%20film')).toMatchObject({ before: false, after: false });
});
