import { expect, test } from 'vitest';
import { splitSecrets } from './job-secrets.ts';
import type { Json } from './json.ts';
import { keepSecrets } from './keep-secrets.ts';

const IMAGE = { type: 'image', layerName: 'a', src: 'https://x/a.png', apiKey: 'k1' };
const DATA = { type: 'data', layerName: 'b', property: 'Source Text', value: 'v', token: 'k2' };
const SCRIPT = { type: 'script', src: 'file:///a.jsx', password: 'k3' };
const UPLOAD = { module: '@nexrender/action-upload', params: { token: 'k4' } };
const JOB = {
  template: { src: 'https://u:p@x/a.aep', composition: 'main', params: { password: 'k5' } },
  assets: [IMAGE, DATA, SCRIPT],
  actions: { postrender: [{ module: 'none' }, UPLOAD] },
  credentials: 'k6',
};
const { shown, hidden } = splitSecrets(JOB);
type Shown = { [name: string]: Json | unknown } & typeof JOB;
const asShown = (): Shown => JSON.parse(JSON.stringify(shown));
const keep = (job: unknown, areDeleted = false) => {
  const edited: Json = JSON.parse(JSON.stringify(job));
  const { kept, lost, parts } = keepSecrets({ shown, hidden, areDeleted }, edited);
  const names = (paths: readonly (readonly unknown[])[]) => paths.map((p) => p.join('.')).sort();
  return { kept: names(kept.map(({ path }) => path)), lost: names(lost), parts };
};
const OF = {
  upload: 'actions.postrender.1.params.token',
  image: 'assets.0.apiKey',
  data: 'assets.1.token',
  script: 'assets.2.password',
  top: 'credentials',
  param: 'template.params.password',
  src: 'template.src',
};
const ALL = Object.values(OF);

test('every secret stays if nothing changes, or only what is rendered of the template', () => {
  expect(keep(shown)).toMatchObject({ kept: ALL, lost: [] });
  const job = asShown();
  Object.assign(job.template, { composition: 'spring', frameStart: 4, outputModule: 'Lossless' });
  expect(keep(job)).toMatchObject({ kept: ALL, lost: [] });
});

test.each<[string, (job: Shown) => unknown, string[]]>([
  ['an address', (job) => Object.assign(job.assets[0] ?? {}, { src: 'https://e/' }), [OF.image]],
  [
    'an action, which gets the whole job',
    (job) => Object.assign(job.actions.postrender[1] ?? {}, { provider: 'gs' }),
    ALL,
  ],
  [
    'the actions, by a new one',
    (job) => Object.assign(job.actions, { prerender: [{ module: '@nexrender/action-webhook' }] }),
    ALL,
  ],
  ['the actions, by something else', (job) => Object.assign(job.actions, { other: 'x' }), ALL],
  [
    'the template, which shows values and runs scripts',
    (job) => Object.assign(job.template, { src: 'https://•••@evil/a.aep' }),
    [OF.data, OF.script, OF.param, OF.src],
  ],
  [
    'the code, by an expression',
    (job) => Object.assign(job.assets, { 3: { type: 'data', expression: 'x' } }),
    [OF.data, OF.script],
  ],
  [
    'the code, by a script',
    (job) => Object.assign(job.assets, { 3: { type: 'script', src: 'file:///evil.jsx' } }),
    [OF.data, OF.script],
  ],
])('a change of %s loses every secret that it could reveal', (_, change, lost) => {
  const job = asShown();
  change(job);
  expect(keep(job)).toMatchObject({ kept: ALL.filter((name) => !lost.includes(name)), lost });
});

test('a removed part has no secret to lose; a typed secret is not hidden', () => {
  const job = asShown();
  job.assets.shift();
  job.template.params.password = 'typed';
  const { kept, lost, parts } = keep({ ...job, credentials: undefined });
  // The asset moved, but it must be typed again: the template changed.
  expect(kept).toEqual([OF.upload]);
  expect(lost).toEqual(['assets.0.token', 'assets.1.password', OF.src]);
  expect(parts).toHaveLength(1);
});

test('a secret moves with its asset; two equal assets do not take the same place', () => {
  const two = { template: {}, assets: [IMAGE, { ...IMAGE }, { type: 'audio', cookie: 'c' }] };
  const split = splitSecrets(two);
  const [a, , c] = JSON.parse(JSON.stringify(split.shown)).assets;
  const from = { ...split, areDeleted: false };
  const places = (assets: Json) =>
    keepSecrets(from, { template: {}, assets }).kept.map(({ path }) => path.join('.'));
  expect(places([c, a, a])).toEqual(['assets.1.apiKey', 'assets.2.apiKey', 'assets.0.cookie']);
  expect(places([a])).toEqual(['assets.0.apiKey']);
  expect(places({ not: 'a list' })).toEqual([]);
});

test('a secret field of the template that is free to change stays only as it is', () => {
  const job = { template: { src: 'file:///a.aep', composition: 'secret' } };
  const split = splitSecrets(job, [['template', 'composition']]);
  const from = { ...split, areDeleted: false };
  expect(keepSecrets(from, split.shown).kept).toHaveLength(1);
  const edited = { template: { src: 'file:///a.aep', composition: 'main' } };
  expect(keepSecrets(from, edited)).toMatchObject({ kept: [], lost: [] });
});

test('of deleted secrets none stays; a visible text with ••• is no secret', () => {
  expect(keep(shown, true)).toMatchObject({ kept: [], lost: ALL });
  const noted = { template: { src: 'a' }, note: 'a ••• b', list: ['•••x'], n: null };
  const from = { shown: noted, hidden: [], areDeleted: false };
  expect(keepSecrets(from, { ...noted, other: 'a ••• b' }).lost).toEqual([]);
  expect(keepSecrets(from, { ...noted, other: 'https://•••@x' }).lost).toEqual([['other']]);
});

test('what is hidden is hidden the same again, so the database compares equal texts', () => {
  expect(splitSecrets(shown).shown).toEqual(shown);
});
