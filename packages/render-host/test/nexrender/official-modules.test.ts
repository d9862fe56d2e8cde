/*
 * What a job may say to the official action modules, beyond those that Renderdeck includes. Copy
 * and encode run for real (publish.test.ts, encode.test.ts). The others are not run in any test,
 * for the reasons in NOT_RUN.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { ACTION_RULES } from '@renderdeck/domain';
import { folderOfFile } from '@renderdeck/testing';
import { beforeAll, expect, test } from 'vitest';
import { checkNexrenderJob } from '../../src/nexrender/check-nexrender-job.ts';
import { aHost } from './a-render.ts';

const NAMES = Object.keys(ACTION_RULES);
const AGPL = 'the licence file of its package is the AGPL';
const NOT_RUN: Readonly<Record<string, string>> = {
  '@nexrender/action-cache': 'Renderdeck does not run it, see the last test',
  '@nexrender/action-compress': AGPL,
  '@nexrender/action-decompress': AGPL,
  '@nexrender/action-fonts': 'it installs fonts, only on Windows and macOS',
  '@nexrender/action-image': 'it needs jimp 0.22, which is no longer kept',
  '@nexrender/action-link': AGPL,
  '@nexrender/action-lottie': 'it needs After Effects',
  '@nexrender/action-mogrt': 'it needs After Effects',
  '@nexrender/action-upload': 'its providers need accounts of a cloud',
  '@nexrender/action-webhook': AGPL,
};
const { path: base } = folderOfFile('modules');
let sample: Record<string, unknown>;
const at = (...parts: string[]) => join(base, ...parts);

beforeAll(async () => {
  const files = await writeSampleFiles(at('assets'), 'sample');
  sample = sampleJob({ ...files, outputPath: at('out', 'a.avi'), title: 'Hello' });
});

function check(list: string, module: string, fields: object, actions: readonly string[] = NAMES) {
  const job = { ...sample, actions: { [list]: [{ module: `@nexrender/${module}`, ...fields }] } };
  const rules = { assetRoots: [at('assets')], outputRoots: [at('out')], scripts: true };
  const addresses = { refused: [], allowed: [] };
  return checkNexrenderJob(job, { ...rules, addresses, actions });
}

test('each official module runs in a test, or has a reason why it does not', () => {
  const own = ['@nexrender/action-copy', '@nexrender/action-encode'];
  expect([...own, ...Object.keys(NOT_RUN)].sort()).toEqual([...NAMES].sort());
});

const blur = { name: 'blur', args: [5] };
const picture = { input: 'a.png', output: 'b.png' };
const upload = { provider: 's3', params: { bucket: 'b', key: 'k' } };

test.each<[string, string, () => object]>([
  ['postrender', 'action-upload', () => upload],
  ['predownload', 'action-webhook', () => ({ url: 'https://desk.example', json: { a: 1 } })],
  ['prerender', 'action-image', () => ({ ...picture, filters: [blur] })],
  [
    'postrender',
    'action-compress',
    () => ({ format: 'zip', input: ['a', 'b/c'], output: 'z.zip' }),
  ],
  ['prerender', 'action-decompress', () => ({ format: 'zip', overwrite: true })],
  ['prerender', 'action-link', () => ({ input: at('assets', 'fonts'), output: 'fonts' })],
  ['predownload', 'action-lottie', () => ({ banner: { width: 500 } })],
  ['predownload', 'action-mogrt', () => ({ params: { Title: 'x' } })],
])('%s: %s is allowed', (list, module, fields) => {
  expect(check(list, module, fields())).toMatchObject({ ok: true });
});

test.each<[string, string, () => object, string]>([
  ['prerender', 'action-upload', () => upload, ''],
  ['postrender', 'action-decompress', () => ({ format: 'zip' }), ''],
  ['postrender', 'action-mogrt', () => ({}), ''],
  ['postrender', 'action-upload', () => ({ ...upload, provider: '/tmp/x.js' }), '.provider'],
  ['postrender', 'action-upload', () => ({ ...upload, provider: undefined }), '.provider'],
  ['postrender', 'action-upload', () => ({ ...upload, provider: ['s3'] }), '.provider'],
  [
    ...(['prerender', 'action-image'] as const),
    () => ({ ...picture, filters: [blur, { name: 'write', args: ['/etc/cron.d/x'] }] }),
    '.filters[1].name',
  ],
  [
    ...(['prerender', 'action-image'] as const),
    () => ({ ...picture, filters: [{ name: 'constructor', args: [] }] }),
    '.filters[0].name',
  ],
  ['postrender', 'action-compress', () => ({ input: 'a', output: 'z.zip' }), '.input'],
  ['postrender', 'action-compress', () => ({ input: ['a', '../../x'] }), '.input[1]'],
  ['postrender', 'action-compress', () => ({ input: ['a'], output: '../z.zip' }), '.output'],
  ['postrender', 'action-compress', () => ({ input: ['a'], output: at('out', 'z') }), '.output'],
  ['prerender', 'action-link', () => ({ input: '/etc', output: 'x' }), '.input'],
  ['prerender', 'action-link', () => ({ input: at('assets'), output: '/x' }), '.output'],
  ['prerender', 'action-image', () => ({ input: '/etc/passwd', output: 'x' }), '.input'],
])('%s: %s is refused (%#)', (list, module, fields, field) => {
  expect(check(list, module, fields())).toMatchObject({
    ok: false,
    field: `actions.${list}[0]${field}`,
  });
});

test('the cache of nexrender does not run, and each host accepts it', async () => {
  const cache = { cacheDirectory: at('cache'), cacheAssets: true };
  expect(check('postdownload', 'action-cache', cache, [])).toMatchObject({ ok: true });
  const host = await aHost();
  try {
    const action = { module: '@nexrender/action-cache', ...cache };
    const output = join(host.base, 'out', 'cached.avi');
    const copy = { module: '@nexrender/action-copy', output };
    const { end, observed } = await host.render({
      ...host.job,
      actions: { predownload: [action], postdownload: [action], postrender: [copy] },
    });
    expect(end).toEqual({ kind: 'completed' });
    expect(existsSync(output)).toBe(true);
    expect(observed.asked, 'only the copy asks').toEqual([null]);
    expect(existsSync(cache.cacheDirectory)).toBe(false);
  } finally {
    await host.remove();
  }
});
