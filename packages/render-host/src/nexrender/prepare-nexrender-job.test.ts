import { expect, test } from 'vitest';
import { fieldsForActions, prepareNexrenderJob } from './prepare-nexrender-job.ts';

test('the attempt’s id becomes the uid, and fields that nexrender ignores are left out', () => {
  const job = {
    uid: 'theirs',
    onChange: 'x',
    state: 'queued',
    output: '',
    template: { src: 'file:///a/b.aep', composition: 'main' },
  };
  expect(prepareNexrenderJob(job, 'attempt')).toEqual({
    uid: 'attempt',
    template: { src: 'file:///a/b.aep', composition: 'main', name: 'template-b.aep' },
    assets: [],
    actions: {},
  });
});

test.each([
  ['https://host/logos/new%20logo.png?size=2#x', 'asset-1-new_logo.png'],
  ['file:///a/..hidden..', 'asset-1-hidden'],
  ['https://host/download', 'asset-1-download'],
  [`https://host/${'a'.repeat(80)}.png`, `asset-1-${'a'.repeat(46)}.png`],
  ['https://host/', 'asset-1'],
  ['file:///a/%E2%9C%93%', 'asset-1-_E2_9C_93_'],
  ['data:image/png;base64,AA/BB', 'asset-1'],
])('%s gets the name %s', (src, name) => {
  expect(prepareNexrenderJob({ assets: [{ type: 'image', src }] }, 'a').assets).toEqual([
    { type: 'image', src, name },
  ]);
});

test('a given name and a name in a sequence do not change; two equal names get a number', () => {
  const assets = [
    { type: 'image', src: 'file:///x/a.png', name: 'given.png' },
    { type: 'image', src: 'file:///x/a_001.png', sequence: true },
    { type: 'image', src: 'file:///y/a.png' },
    { type: 'data', layerName: 'x' },
  ];
  expect(prepareNexrenderJob({ assets }, 'a').assets).toEqual([
    assets[0],
    { ...assets[1], name: 'a_001.png' },
    { ...assets[2], name: 'asset-3-a.png' },
    assets[3],
  ]);
});

test('the name of a template holds no character that After Effects decodes', () => {
  const template = { src: 'file:///a/b.aep', name: 'x%2F..%2fb 100%.aep' };
  expect(prepareNexrenderJob({ template }, 'a').template).toEqual({
    ...{ src: 'file:///a/b.aep', name: 'x_2F.._2fb 100%.aep' },
  });
});

test('actions see what the submitter gave, and nothing that nexrender sets itself', () => {
  const job: Record<string, unknown> = JSON.parse(`{ "__proto__": { "polluted": true },
    "template": {}, "assets": [], "actions": {}, "uid": "spot-7", "tags": "ae24", "priority": 5,
    "client": { "name": "ACME" }, "state": "x", "output": "/x", "workpath": "/x",
    "resultname": "x", "scriptfile": "/x", "onChange": 1, "error": "x" }`);
  const own = { uid: 'spot-7', tags: 'ae24', priority: 5, client: { name: 'ACME' } };
  const fields = fieldsForActions(job, { attemptId: 'a', jobId: 'j', priority: 60 });
  expect(fields).toEqual(own);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
});

test('without fields of the submitter, actions see the id and the priority of the job', () => {
  const seen = { uid: 'j', tags: '', priority: 10 };
  for (const job of [{}, { uid: '' }])
    expect(fieldsForActions(job, { attemptId: 'a', jobId: 'j', priority: 60 })).toEqual(seen);
  expect(fieldsForActions({}, { attemptId: 'a' })).toEqual({ uid: 'a', tags: '', priority: 0 });
});
