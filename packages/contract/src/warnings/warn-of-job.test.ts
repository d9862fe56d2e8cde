import { expect, test } from 'vitest';
import { warnOfJob, warnOfPriority } from './warn-of-job.ts';

const COPY = { module: '@nexrender/action-copy', output: '/renders/a.mov' };
const JOB = {
  template: { src: 'file:///shows/a.aep', composition: 'main' },
  actions: { postrender: [COPY] },
};
const withTemplate = (more: object) => ({ ...JOB, template: { ...JOB.template, ...more } });
const withAsset = (asset: object) => ({
  ...JOB,
  assets: [{ type: 'image', src: 'https://a/b.png', ...asset }],
});
const withActions = (...postrender: readonly object[]) => ({ ...JOB, actions: { postrender } });

test.each<[object, string]>([
  [
    withTemplate({ frameIncrement: 2 }),
    'template.frameIncrement has no effect: nexrender reads incrementFrame.',
  ],
  [
    withTemplate({ outputmodul: 'h264' }),
    'template.outputmodul has no effect: nexrender does not know it. Is outputModule meant?',
  ],
  [withTemplate({ quality: 3 }), 'template.quality has no effect: nexrender does not know it.'],
  [
    { ...JOB, multiFrames: true },
    'multiFrames has no effect: it is a setting of a host, not of a job.',
  ],
  [
    { ...JOB, onChange: 'x' },
    'onChange has no effect: it is a function, and JSON has none. Follow the job, or ' +
      'submit it with a callback.',
  ],
  [{ ...JOB, client: 'ACME' }, 'client is for actions only: nexrender does not know it.'],
  [
    { ...JOB, webhook: {} },
    'webhook has no effect: an admin adds webhooks. A submission may have a callback.',
  ],
  [
    withAsset({ dest: '/x' }),
    'assets[0].dest has no effect: nexrender chooses the place of the file. name sets the name ' +
      'of the file.',
  ],
  [
    withAsset({ property: 'Opacity' }),
    'assets[0].property has no effect: nexrender does not know it.',
  ],
  [
    withActions({ ...COPY, preset: 'mp4' }),
    'actions.postrender[0].preset has no effect: nexrender does not know it.',
  ],
  [
    withAsset({ useOriginal: 'false' }),
    'assets[0].useOriginal is a text, which nexrender reads as true: write true or false ' +
      'without quotes.',
  ],
  [
    { ...JOB, actions: { ...JOB.actions, postRender: [COPY] } },
    'actions.postRender has no effect: nexrender does not know it. Is postrender meant?',
  ],
  [
    { ...JOB, callback: 'http://example.com' },
    'callback has no effect: a submission to /api/jobs may have one, beside the job.',
  ],
  [
    withTemplate({ src: 'Z:\\shows\\a.aep' }),
    'template.src is a path. The host gives nexrender the file:// address of it.',
  ],
  [
    withTemplate({ '\u001b[2J\n': 1 }),
    'template.\\x1b[2J\\n has no effect: nexrender does not know it.',
  ],
])('%j is told: %s', (job, sentence) => {
  expect(warnOfJob(job)).toEqual([sentence]);
});

const NOTHING =
  'Nothing of this job will be published: no action after the render copies or sends its ' +
  'result. The result is deleted with the folder of the job.';
const DELETED =
  'actions.postrender[0].output is not a full path, so the file stays in the folder of the job ' +
  'and is deleted with it. No later action reads it.';
const ENCODE = { module: '@nexrender/action-encode', preset: 'mp4', output: './sub/a.mp4' };
const UPLOAD = { module: '@nexrender/action-upload' };

test.each<[string, readonly object[], readonly string[]]>([
  ['no action', [], [NOTHING]],
  ['a module that stays here', [{ module: '@nexrender/action-decompress' }], [NOTHING]],
  ['a relative output', [ENCODE], [DELETED, NOTHING]],
  ['a picture in its place', [{ module: '@nexrender/action-image', output: '/a.png' }], []],
  ['a relative output before a copy of another file', [ENCODE, COPY], [DELETED]],
  ['a relative output that is copied', [ENCODE, { ...COPY, input: 'sub\\a.mp4' }], []],
  ['a relative folder that is read', [ENCODE, { ...UPLOAD, input: 'sub/a.mp4/1.ts' }], []],
  [
    'a second input of ffmpeg',
    [ENCODE, { ...ENCODE, output: '/a', params: { '-i': ['x', 'sub/a.mp4'] } }],
    [],
  ],
  ['an unknown module that may read it', [ENCODE, { module: 'own' }], []],
  ['an output on a drive', [{ ...COPY, output: 'Z:\\renders\\a.mov' }], []],
  ['an output on a share', [{ ...COPY, output: '\\\\nas\\a.mov' }], []],
  ['an address of a file', [{ ...COPY, output: 'file:///renders/a.mov' }], []],
  ['an output without a place', [{ ...COPY, output: '' }], [NOTHING]],
])('outputs: %s', (_, actions, sentences) => {
  expect(warnOfJob(withActions(...actions))).toEqual(sentences);
});

test('the cache of nexrender is told to have no effect, and fields of modules are known', () => {
  const cache = { module: '@nexrender/action-cache', cacheDirectory: '/c', ttl: 1 };
  expect(
    warnOfJob({ ...withActions(COPY), actions: { predownload: [cache], postrender: [COPY] } }),
  ).toEqual([
    'actions.predownload[0] has no effect: @nexrender/action-cache does not run here. Sources ' +
      'are downloaded.',
  ]);
  expect(warnOfJob(withActions(COPY, { ...UPLOAD, provider: 's3', parms: {} }))).toEqual([
    'actions.postrender[1].parms has no effect: nexrender does not know it. Is params meant?',
  ]);
});

test('a preset that nexrender does not have is told, because only some hosts may have it', () => {
  const encode = (preset: unknown) => withActions({ ...ENCODE, preset, output: '/a.mp4' });
  expect(warnOfJob(encode('prores'))).toEqual([
    'actions.postrender[0].preset prores is no preset of nexrender. It counts only on hosts that ' +
      'define it in RENDERDECK_PRESETS_FILE.',
  ]);
  for (const preset of ['mp4', '', null]) expect(warnOfJob(encode(preset))).toEqual([]);
});

test('fields of nexrender and its programs are no mistake, and neither is null', () => {
  const known = {
    ...{ type: 'default', state: 'created', output: '', tags: '', priority: 0, timings: {} },
    ...{ uid: 'a', creator: 'x', createdAt: 'now', nothing: null },
  };
  expect(warnOfJob({ ...JOB, ...known })).toEqual([]);
  expect(warnOfJob(withTemplate({ imageSequence: false, frameIncrement: undefined }))).toEqual([]);
  expect(warnOfJob(withTemplate({ imageSequence: 'true' }))).toEqual([]);
});

test('the fields of a module that nobody knows are its own', () => {
  expect(warnOfJob(withActions(COPY, { module: 'constructor', anything: 1 }))).toEqual([]);
});

test('20 sentences are written, however many there are', () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`field-${n}`, n]));
  const told = warnOfJob({ ...JOB, ...many });
  expect(told).toHaveLength(21);
  expect(told.at(-1)).toBe('49980 more warnings are not shown.');
});

test.each([null, 7, 'x', [], { actions: [], assets: {}, template: 7 }])(
  'a job of the wrong shape (%j) is no fault of this function',
  (job) => expect(() => warnOfJob(job)).not.toThrow(),
);

test('a priority in the job is told if the submission has another one', () => {
  expect(warnOfPriority({ priority: 20 }, 50)).toEqual([
    'priority has no effect inside the job, which gets priority 50. Give it beside the job, from ' +
      '0 to 100.',
  ]);
  for (const [inside, given] of [
    [20, 70],
    [0, 50],
    [undefined, 10],
    [null, 10],
  ] as const)
    expect(warnOfPriority({ priority: inside }, given)).toEqual([]);
  expect(warnOfPriority('no job', 50)).toEqual([]);
});
