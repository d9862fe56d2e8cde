import { expect, test } from 'vitest';
import { joinSecrets, splitSecrets, textsOfSecrets } from './job-secrets.ts';
import { resolveSecretPaths, writePath, writeSecretPath } from './secret-paths.ts';
import { HIDDEN } from './secret-text.ts';

const JOB = {
  template: { src: 'a.aep', composition: 'main' },
  tags: 'ae-2024',
  assets: [
    { value: 'Blue Falcon', params: { sku: 4711, 'a.b': true } },
    { value: 'x', params: null },
  ],
  actions: { postrender: [{ module: 'm', output: 'o.mov', note: 'n' }] },
};
const resolve = (...named: string[]) => resolveSecretPaths(JOB, named);

test.each([
  ['assets.0.value', [['assets', 0, 'value']]],
  ['assets[0].value', [['assets', 0, 'value']]],
  [
    'assets.*.value',
    [
      ['assets', 0, 'value'],
      ['assets', 1, 'value'],
    ],
  ],
  [
    'assets[*].params.*',
    [
      ['assets', 0, 'params', 'sku'],
      ['assets', 0, 'params', 'a.b'],
    ],
  ],
  ['template', [['template']]],
  ['actions.postrender.0.note', [['actions', 'postrender', 0, 'note']]],
])('%s leads to %j', (named, paths) => {
  expect(resolve(named)).toEqual({ ok: true, paths });
});

test.each([
  'assets.2.value',
  'assets.0.valu',
  'asset.*',
  'template.src.a',
  '',
  'assets.0.constructor',
])('the path %j leads nowhere, so it is refused', (named) => {
  const sentence = `The job has no value at ${named}.`;
  expect(resolve('template.src', named)).toEqual({ ok: false, index: 1, sentence });
});

test.each([
  ['tags', 'tags cannot be secret: everyone reads it in the queue.'],
  ['*', 'tags cannot be secret: everyone reads it in the queue.'],
  ['actions', 'actions cannot be secret: it has the place of an output.'],
  [
    'actions.*.*.*',
    'actions.postrender[0].output cannot be secret: it has the place of an output.',
  ],
])('%s is what everyone reads, so it is refused', (named, sentence) => {
  expect(resolve(named)).toEqual({ ok: false, index: 0, sentence });
});

test('what is inside another named value is hidden once', () => {
  expect(resolve('assets.0.params.sku', 'assets.0', 'assets.0.*')).toEqual({
    ok: true,
    paths: [['assets', 0]],
  });
});

test('named values are hidden with those that the rules know, and come back exactly', () => {
  const job = { ...JOB, credentials: { user: 'maria', password: 'x1' }, empty: '', none: null };
  const named = resolveSecretPaths(job, ['assets.*.*', 'credentials.user', 'empty', 'none']);
  if (!named.ok) throw new Error(named.sentence);
  const { shown, secrets, hidden } = splitSecrets(job, named.paths);
  expect(shown).toEqual({
    ...JOB,
    assets: [
      { value: HIDDEN, params: HIDDEN },
      { value: HIDDEN, params: null },
    ],
    credentials: HIDDEN,
    empty: '',
    none: null,
  });
  expect(joinSecrets(shown, secrets)).toStrictEqual(job);
  expect(hidden.map(({ path, kinds }) => `${writePath(path)} ${kinds.join()}`)).toEqual([
    'assets[0].value named by the job',
    'assets[0].params named by the job',
    'assets[1].value named by the job',
    'credentials.user named by the job',
    'credentials by its name',
  ]);
  // `true` is no text that a log could repeat.
  expect([...textsOfSecrets(shown, secrets)].sort()).toEqual([
    '4711',
    'Blue Falcon',
    'maria',
    'x',
    'x1',
  ]);
});

test('texts are told only of secrets that were hidden whole', () => {
  const secrets = [
    { path: ['src'], value: 'https://user:pw@host/a.aep' },
    { path: ['src', 'b'], value: 'x' },
    { path: ['list', 'b'], value: 'x' },
    { path: ['none', 'b'], value: 'x' },
    { path: ['object', 'b'], value: 'x' },
  ];
  const shown = { src: `https://${HIDDEN}@host/a.aep`, list: [1], none: null, object: {} };
  expect(textsOfSecrets(shown, secrets)).toEqual([]);
});

test('a path is written as a submitter names it', () => {
  expect(writePath(['assets', 0, 'params', 'a.b'])).toBe('assets[0].params.a.b');
  expect(writePath([0, 'a'])).toBe('[0].a');
  expect(writeSecretPath(['assets', 0, 'params', 'a.b'])).toBe('assets.0.params.*');
  expect(resolve(writeSecretPath(['assets', 0, 'value']))).toMatchObject({ ok: true });
});
