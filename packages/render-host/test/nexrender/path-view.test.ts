/*
 * The same rules with two views of paths: the view of the host, which resolves links, and the view
 * of a computer that only accepts jobs.
 */
import { posix, win32 } from 'node:path';
import type { JobRules } from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { checkNexrenderJob } from '../../src/nexrender/check-nexrender-job.ts';
import { anyHost, type PathView, thisHost } from '../../src/paths/path-view.ts';

const ANY = { scripts: true, addresses: { refused: [], allowed: [] } };
const NOTHING_SET: JobRules = { ...ANY, assetRoots: [], outputRoots: [], actions: [] };
const SET: JobRules = {
  ...ANY,
  assetRoots: ['/mnt/projects', 'D:\\Projects', '\\\\nas\\projects'],
  outputRoots: ['/mnt/renders', 'D:/renders'],
  actions: ['@nexrender/action-copy'],
};
/** A Windows host; the links on its disk are not resolved. */
const windowsHost: PathView = { ...anyHost, systems: [win32], emptyListAllows: false };

const withSrc = (src: unknown) => ({ template: { src, composition: 'main' } });
const withOutput = (output: unknown, list = 'postrender') => ({
  ...withSrc('https://host/a.aep'),
  actions: { [list]: [{ module: '@nexrender/action-copy', output }] },
});
const fieldOf = (job: unknown, rules: JobRules, paths: PathView) => {
  const check = checkNexrenderJob(job, rules, paths);
  return check.ok ? 'allowed' : check.field;
};

test.each([
  ['file:///mnt/projects/a.aep', 'allowed'],
  ['file:////mnt/projects/a.aep', 'allowed'],
  ['file:///D:/projects/a.aep', 'allowed'],
  ['file:///d:/PROJECTS/a.aep', 'allowed'],
  ['d:\\projects\\a.aep', 'allowed'],
  ['\\\\NAS\\projects\\a.aep', 'allowed'],
  ['file://nas/projects/a.aep', 'allowed'],
  ['file:////nas/projects/a.aep', 'allowed'],
  ['https://host/../a.aep', 'allowed'],
  ['file:///mnt/projects-old/a.aep', 'template.src'],
  ['file:///MNT/projects/a.aep', 'template.src'],
  ['file:///mnt/projects/../secret', 'template.src'],
  ['file:///mnt/projects/%2e%2e/secret', 'template.src'],
  ['file:///mnt/projects/x/../a.aep', 'template.src'],
  ['file:///E:/projects/a.aep', 'template.src'],
  ['D:\\Projects\\..\\secret', 'template.src'],
  ['D:\\Projects\\.. \\secret', 'template.src'],
  ['D:\\Projects2\\a.aep', 'template.src'],
  ['D:Projects\\a.aep', 'template.src'],
  ['\\\\nas\\secret\\a.aep', 'template.src'],
  ['\\\\?\\D:\\Projects\\a.aep', 'template.src'],
  ['D:\\Projects\\$HOME', 'template.src'],
  ['D:\\Projects\\a.aep:stream', 'template.src'],
  ['/mnt/projects/a.aep', 'allowed'],
  ['//nas/projects/a.aep', 'allowed'],
  ['D:/projects/100%25 %41.aep', 'allowed'],
  ['/mnt/projects-old/a.aep', 'template.src'],
  ['/mnt/projects/../secret', 'template.src'],
  ['/mnt/projects/a|b', 'template.src'],
  ['/mnt/projects/$HOME', 'template.src'],
  ['projects/a.aep', 'template.src'],
])('any host, roots set: the source %s is checked as text: %s', (src, verdict) => {
  expect(fieldOf(withSrc(src), SET, anyHost)).toBe(verdict);
});

test('a uid is short enough for the path of a script on Windows', () => {
  const withUid = (length: number) => ({
    ...withSrc('https://host/a.aep'),
    uid: 'u'.repeat(length),
  });
  expect(fieldOf(withUid(40), NOTHING_SET, windowsHost)).toBe('allowed');
  expect(fieldOf(withUid(41), NOTHING_SET, windowsHost)).toBe('uid');
  expect(fieldOf(withUid(64), NOTHING_SET, anyHost)).toBe('allowed');
});

const OUTPUT = 'actions.postrender[0].output';
test.each([
  ['copy.avi', 'allowed'],
  ['sub\\copy.avi', 'allowed'],
  ['/mnt/renders/x.avi', 'allowed'],
  ['d:\\RENDERS\\x.avi', 'allowed'],
  ['D:/renders', 'allowed'],
  ['file:///mnt/renders/x.avi', 'allowed'],
  ['file:///mnt/renders/100%25.avi', 'allowed'],
  ['file:///D:/renders/x.avi', 'allowed'],
  ['file:///mnt/rendersx/x.avi', OUTPUT],
  ['file:///mnt/renders/%2e%2e/x.avi', OUTPUT],
  ['file:///mnt/renders/%00.avi', OUTPUT],
  ['file://%E0%A4%A', OUTPUT],
  ['file:///etc/passwd', OUTPUT],
  ['/mnt/renders/../x.avi', OUTPUT],
  ['/mnt/rendersx/x.avi', OUTPUT],
  ['E:\\renders\\x.avi', OUTPUT],
  ['\\\\nas\\renders\\x.avi', OUTPUT],
  ['\\renders\\x.avi', OUTPUT],
  ['D:x.avi', OUTPUT],
  ['..\\x.avi', OUTPUT],
  ['a/../../x.avi', OUTPUT],
])('any host, roots set: the output %s is checked as text: %s', (output, verdict) => {
  expect(fieldOf(withOutput(output), SET, anyHost)).toBe(verdict);
});

test.each(['file:///C:/a.aep', 'd:\\farm\\a.aep', '\\\\nas\\share\\a.aep', 'file:///mnt/a.aep'])(
  'any host, nothing set: the host decides on %s',
  (src) => {
    expect(fieldOf(withSrc(src), NOTHING_SET, anyHost)).toBe('allowed');
    expect(fieldOf(withSrc(`${src}/../x`), NOTHING_SET, anyHost)).toBe('template.src');
  },
);

test('any host, nothing set: the host decides on outputs; before the gate none is allowed', () => {
  for (const output of ['d:\\out\\x.avi', '\\\\nas\\share\\x.avi', '/out/x.avi']) {
    expect(fieldOf(withOutput(output), NOTHING_SET, anyHost)).toBe('allowed');
    expect(fieldOf(withOutput(output, 'prerender'), NOTHING_SET, anyHost)).toBe(
      'actions.prerender[0]',
    );
  }
  const early = {
    ...withSrc('https://host/a.aep'),
    actions: { prerender: [{ module: 'own', output: '/out/x.avi' }] },
  };
  expect(fieldOf(early, NOTHING_SET, anyHost)).toBe('actions.prerender[0].output');
  const upload = {
    ...withSrc('https://host/a.aep'),
    actions: {
      postrender: [
        { module: '@nexrender/action-upload', provider: 's3', params: { bucket: 'b', key: 'k' } },
      ],
    },
  };
  expect(fieldOf(upload, NOTHING_SET, anyHost)).toBe('allowed');
  expect(fieldOf(upload, SET, anyHost)).toBe('actions.postrender[0].module');
});

test('a host allows nothing that is not set', () => {
  expect(fieldOf(withSrc('file:///mnt/a.aep'), NOTHING_SET, thisHost)).toBe('template.src');
  expect(fieldOf(withOutput('x'), NOTHING_SET, thisHost)).toBe('actions.postrender[0].module');
  expect(fieldOf(withOutput('/out/x'), { ...SET, outputRoots: [] }, thisHost)).toBe(OUTPUT);
});

test('a Windows host gives nexrender the same address for each form of a path', () => {
  const read = (src: string) => {
    const check = checkNexrenderJob(withSrc(src), SET, windowsHost);
    return check.ok ? check.job.template : check.sentence;
  };
  for (const src of [
    'd:\\projects\\a b.aep',
    'file:///d:/projects/a%20b.aep',
    'file://d:/projects/a b.aep',
  ]) {
    expect(read(src)).toMatchObject({ src: 'file:///d:/projects/a%20b.aep' });
  }
  for (const src of [
    '\\\\nas\\projects\\a.aep',
    'file://nas/projects/a.aep',
    'file:////nas/projects/a.aep',
  ]) {
    expect(read(src)).toMatchObject({ src: 'file://nas/projects/a.aep' });
  }
  expect(read('file:///mnt/projects/a.aep')).toMatch(/^template\.src is a path of Linux or macOS/);
});

const MAPPED: readonly [from: string, to: string][] = [
  ['/mnt/farm', 'D:\\Projects\\farm'],
  ['Z:\\films', '\\\\nas\\projects\\films'],
];
const mappedWindows: PathView = {
  ...windowsHost,
  mappings: MAPPED.map(([from, to]) => ({ from, to })),
};
const OTHER_SYSTEM = 'is of another system';

test.each([
  ['file:///mnt/farm/a%20b.aep', 'file:///D:/Projects/farm/a%20b.aep'],
  ['file:///mnt/farm/x/y.aep', 'file:///D:/Projects/farm/x/y.aep'],
  ['file:///mnt/farm', 'file:///D:/Projects/farm'],
  ['z:\\FILMS\\a.aep', 'file://nas/projects/films/a.aep'],
  ['file:///Z:/films/a.aep', 'file://nas/projects/films/a.aep'],
  ['file:///D:/projects/a.aep', 'file:///D:/projects/a.aep'],
  ['file:///mnt/farm2/a.aep', OTHER_SYSTEM],
  ['file:///mnt/Farm/a.aep', OTHER_SYSTEM],
  ['file:///mnt/farm/a%5Cb.aep', OTHER_SYSTEM],
  ['file:///mnt/farm/../secret.aep', 'template.src may not hold .. between folders.'],
  ['Z:\\films\\..\\secret.aep', 'template.src may not hold .. between folders.'],
])('a Windows host with a map reads %s as %s', (src, expected) => {
  const check = checkNexrenderJob(withSrc(src), SET, mappedWindows);
  if (!check.ok && check.kind === 'otherSystem') expect(OTHER_SYSTEM).toBe(expected);
  else if (!check.ok) expect(check.sentence).toBe(expected);
  else expect(check.job.template).toMatchObject({ src: expected });
});

test('a mapped output must be inside the output roots of this host', () => {
  const mappings = [{ from: 'C:\\renders', to: '/mnt/renders' }];
  const linuxHost: PathView = { ...anyHost, systems: [posix], emptyListAllows: false, mappings };
  const read = (output: string) => {
    const check = checkNexrenderJob(withOutput(output), SET, linuxHost);
    return check.ok ? check.job.actions : check.kind;
  };
  const at = (output: string) => ({ postrender: [expect.objectContaining({ output })] });
  expect(read('c:/Renders\\day 1/x.avi')).toEqual(at('/mnt/renders/day 1/x.avi'));
  expect(read('/mnt/renders/x.avi')).toEqual(at('/mnt/renders/x.avi'));
  expect(read('D:\\renders\\x.avi')).toBe('otherSystem');
  expect(read('/mnt/elsewhere/x.avi')).toBe('notHere');
});

test('only a Windows host refuses names that Windows reads as something else', () => {
  const named = (name: string) => ({
    template: { src: 'https://host/a.aep', composition: 'x', name },
  });
  for (const [job, field] of [
    [named('NUL'), 'template.name'],
    [named('aux.png'), 'template.name'],
    [named('a'.repeat(61)), 'template.name'],
    [withOutput('sub\\com1.avi'), 'actions.postrender[0].output'],
    [withOutput('copy.avi.'), 'actions.postrender[0].output'],
    [withOutput('D:\\renders\\nul'), 'actions.postrender[0].output'],
    [withSrc('D:\\Projects\\prn.aep'), 'template.src'],
  ] as const)
    expect(fieldOf(job, SET, windowsHost)).toBe(field);
  for (const job of [
    named('NUL'),
    named('a'.repeat(61)),
    withOutput('sub/com1.avi'),
    withOutput('/mnt/renders/nul'),
  ])
    expect(fieldOf(job, SET, anyHost)).toBe('allowed');
});
