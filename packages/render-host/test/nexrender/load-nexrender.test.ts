import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { folderOfFile } from '@renderdeck/testing';
import { expect, test } from 'vitest';
import { serve } from '../../testing/stores/serve.ts';

const MODULE = new URL('../../src/nexrender/load-nexrender.mjs', import.meta.url).href;
const folder = folderOfFile('load-nexrender');

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
  const { port, close } = await serve((response) => response.end('a film'));
  const text = 'a film';
  expect(await run(`http://127.0.0.1:${port}/film.aep`)).toEqual({
    ...{ before: false, after: true, text, same: true },
  });
  expect(await run('data:text/plain,a%20film')).toMatchObject({ before: false, after: false });
  await close();
});
