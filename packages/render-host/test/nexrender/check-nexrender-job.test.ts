/* Jobs that a host refuses. Long because: it is one table of jobs. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { REFUSED_ADDRESSES } from '@renderdeck/domain';
import { folderOfFile } from '@renderdeck/testing';
import { beforeAll, expect, test } from 'vitest';
import { checkNexrenderJob } from '../../src/nexrender/check-nexrender-job.ts';
import { isRecord } from '../../src/system/is-record.ts';

const { path: base } = folderOfFile('check');
let job: Record<string, unknown>;
const at = (...parts: string[]) => join(base, ...parts);
const rules = () => ({
  assetRoots: [at('assets')],
  outputRoots: [at('out')],
  actions: ['@nexrender/action-copy', '@nexrender/action-encode'],
  scripts: true,
  addresses: { refused: [...REFUSED_ADDRESSES], allowed: ['169.254.7.7'] },
});

beforeAll(async () => {
  const files = await writeSampleFiles(at('assets'), 'sample');
  job = sampleJob({ ...files, outputPath: at('out', 'new', 'result.avi'), title: 'Hello' });
  await mkdir(at('secret'));
  await mkdir(at('out'));
  await writeFile(at('secret', 'key'), 'key');
  await writeFile(at('assets', 'größe 100% #1?.png'), 'x');
  await symlink(at('secret', 'key'), at('assets', 'link-out'));
  await symlink(at('assets', 'sample.aep'), at('assets', 'link-in.aep'));
  await symlink(at('nowhere'), at('assets', 'link-nowhere'));
  await symlink(at('secret'), at('out', 'link-out'));
  await symlink(at('assets'), at('linked-root'));
});

/** Makes the sample job with one other value, at a path like `assets[1].src`. */
function withValue(path: string, value: unknown): Record<string, unknown> {
  const changed: Record<string, unknown> = structuredClone(job);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() ?? '';
  let place: unknown = changed;
  for (const key of keys)
    place = Array.isArray(place) ? place[Number(key)] : isRecord(place) ? place[key] : place;
  if (Array.isArray(place)) place[Number(last)] = value;
  else if (isRecord(place)) place[last] = value;
  return changed;
}

test('the sample job is allowed and is returned unchanged', () => {
  expect(checkNexrenderJob(job, rules())).toEqual({ ok: true, job });
});

const COPY = 'actions.postrender[0]';
const encode = (params: unknown) => ({
  module: '@nexrender/action-encode',
  preset: 'mp4',
  output: 'out.mp4',
  params,
});

const stored = (params: unknown) => {
  return { type: 'image', layerName: 'logo', src: 'ftps://nas.example/logo.png', params };
};

test.each<[string, () => unknown, string?]>([
  ['uid', () => '../x'],
  ['uid', () => 7],
  ['output', () => '/etc/passwd'],
  ['template', () => 'x'],
  ['template.output', () => at('out', 'x.avi')],
  ['template.src', () => ''],
  ['template.src', () => 'file:///etc/passwd'],
  ['template.src', () => `file://${at('assets', '..', 'secret', 'key')}`],
  ['template.src', () => `file://${at('assets')}/%2e%2e/secret/key`],
  ['template.src', () => `file://${at('assets', 'link-out')}`],
  ['template.src', () => `file://${at('assets', 'link-nowhere')}`],
  ['template.src', () => `file://${at('assets', 'sample.aep', 'x')}`],
  ['template.src', () => `file://${at('assets')}-other/x.aep`],
  ['template.src', () => `file://${at('assets', '$HOME', 'x')}`],
  ['template.src', () => `file://${at('assets', 'a|b')}`],
  ['template.src', () => 'file:///C:/projects/x.aep'],
  ['template.src', () => 'file://server/share/x.aep'],
  ['template.src', () => 'd:\\projects\\x.aep'],
  ['template.src', () => '\\\\server\\share\\x.aep'],
  ['template.src', () => '/etc/passwd'],
  ['template.src', () => 'file:/etc/passwd'],
  ['template.src', () => 'file://%E0%A4%A'],
  ['template.src', () => 's3://bucket'],
  ['template.src', () => 'sftp://host/'],
  ['template.src', () => 'ftp://169.254.169.254/x.aep'],
  ['template.src', () => 'smb://host/x.aep'],
  ['template.src', () => 'http://'],
  ['template.src', () => 'http://169.254.169.254/latest/meta-data/'],
  ['template.src', () => 'HTTPS://user@0xa9fea9fe/x.aep'],
  ['template.src', () => 'http://metadata.google.internal./x.aep'],
  ['assets[1].src', () => 'http://[::ffff:169.254.169.254]/x.png'],
  ['assets[1].params', () => ({ proxy: 'http://169.254.169.254' }), 'assets[1].params.proxy'],
  ['assets[1].params', () => ({ proxy: 'nowhere' }), 'assets[1].params.proxy'],
  ['assets[1]', () => stored({ ca: 'CA' }), 'assets[1].params.ca'],
  ['assets[1]', () => stored({ login: 'nas', strictSSL: false }), 'assets[1].params.strictSSL'],
  ['template.name', () => '../x.aep'],
  ['template.name', () => 'a/b'],
  ['template.name', () => '..'],
  ['template.name', () => 'C:x'],
  ['template.name', () => 'a"b.aep'],
  ['template.extension', () => '/../../x'],
  ['template.params', () => ({ cachePath: '/tmp/x' })],
  ['template.composition', () => ''],
  ['template.composition', () => '-reuse'],
  ['template.composition', () => 'a\nb'],
  ['template.outputModule', () => '-close'],
  ['template.settingsTemplate', () => '-r'],
  ['template.frameStart', () => '-1'],
  ['template.frameEnd', () => '1 -r x'],
  ['template.incrementFrame', () => 1.5],
  ['template.outputExt', () => '/../../../x'],
  ['template.continueOnMissing', () => 'true); system.callSystem("x"'],
  ['template.continueOnMissing', () => 1],
  ['assets', () => ({})],
  ['assets[0]', () => 'x'],
  ['assets[0].type', () => 'exe'],
  ['assets[0].layerIndex', () => '1); system.callSystem("x"'],
  ['assets[0].layerIndex', () => ({ toString: 1, valueOf: 1 })],
  ['assets[0].property', () => undefined],
  ['assets[0].value', () => undefined],
  ['assets[0].layerName', () => undefined],
  ['assets[1].src', () => 'file:///etc/passwd'],
  ['assets[1].name', () => '/etc/cron.d/x'],
  ['assets[1].keyword', () => '(a+)+$'],
  ['actions', () => []],
  ['actions.postrender', () => ({})],
  [`${COPY}.module`, () => '../../evil'],
  [`${COPY}.module`, () => 'constructor'],
  [`${COPY}.output`, () => '/etc/cron.d/x'],
  [`${COPY}.output`, () => at('out', '..', 'secret', 'x')],
  [`${COPY}.output`, () => at('out', 'link-out', 'x')],
  [`${COPY}.output`, () => at('out', 'link-out')],
  [`${COPY}.output`, () => '../../x'],
  [`${COPY}.output`, () => 'C:\\out\\x.avi'],
  [`${COPY}.output`, () => ''],
  [`${COPY}.input`, () => '/etc/passwd'],
  [`${COPY}.input`, () => 'a/../../../x'],
  [
    'actions.prerender',
    () => [{ module: '@nexrender/action-copy', output: 'x' }],
    'actions.prerender[0]',
  ],
  [COPY, () => encode({ '-i': '/etc/passwd' }), `${COPY}.params["-i"]`],
  [COPY, () => encode({ '-i': ['music.wav', '../x'] }), `${COPY}.params["-i"]`],
  [COPY, () => encode({ '/etc/passwd': null }), `${COPY}.params["/etc/passwd"]`],
  [COPY, () => encode({ '-vf': 'movie=/etc/passwd' }), `${COPY}.params["-vf"]`],
  [COPY, () => encode({ '-filter_complex': 'scale=1:1' }), `${COPY}.params["-filter_complex"]`],
  [COPY, () => encode({ '-preset': '/etc/passwd' }), `${COPY}.params["-preset"]`],
  [COPY, () => encode({ '-b:v': {} }), `${COPY}.params["-b:v"]`],
  // ffmpeg takes a text after an option without a value as an output file. If an option lacks its
  // value, ffmpeg takes the next option as that value.
  [COPY, () => encode({ '-an': 'file:/etc/cron.d/x' }), `${COPY}.params["-an"]`],
  [COPY, () => encode({ '-vn': [null, '-i'] }), `${COPY}.params["-vn"]`],
  [COPY, () => encode({ '-sn': true }), `${COPY}.params["-sn"]`],
  [COPY, () => encode({ '-g': null, '-r': 'x' }), `${COPY}.params["-g"]`],
  [COPY, () => encode({ '-b:v': '' }), `${COPY}.params["-b:v"]`],
])(
  'a job whose %s is out of bounds is refused, and the field is named',
  (path, value, field = path) => {
    const check = checkNexrenderJob(withValue(path, value()), rules());
    expect(check).toMatchObject({
      ok: false,
      field,
      sentence: expect.stringMatching(/^\S+ .*\.$/),
    });
  },
);

test.each<[string, () => unknown]>([
  ['template.src', () => 'file:///etc/passwd'],
  ['template.src', () => `file://${at('assets', 'link-nowhere')}`],
  ['template.src', () => 'http://169.254.169.254/latest/meta-data/'],
  ['assets[1].params', () => ({ proxy: 'http://169.254.169.254' })],
  ['assets[0].type', () => 'script'],
  ['assets[0].expression', () => '1'],
  ['assets[0].property', () => 'Position.expression'],
  [`${COPY}.module`, () => '@nexrender/action-upload'],
  [`${COPY}.output`, () => '/etc/cron.d/x'],
])('another host may allow %s: the job is not wrong', (path, value) => {
  const check = checkNexrenderJob(withValue(path, value()), { ...rules(), scripts: false });
  expect(check).toMatchObject({ ok: false, kind: 'notHere' });
});

test.each<[string, () => unknown]>([
  ['template.src', () => `file://${at('assets')}/../secret/key`],
  ['template.composition', () => '-reuse'],
  [`${COPY}.output`, () => '../../x'],
  [COPY, () => encode({ '-i': '/etc/passwd' })],
])('no host allows %s', (path, value) => {
  const check = checkNexrenderJob(withValue(path, value()), rules());
  expect(check).toMatchObject({ ok: false, kind: 'refused' });
});

test.each<[string, () => unknown]>([
  ['uid', () => 'V1StGXR8_Z5jdHi6B-myT'],
  ['output', () => ''],
  ['template.src', () => 'https://user:pw@host/a b.aep?x=$1'],
  ['assets[1].src', () => 'data:image/png;base64,AAAA'],
  ['template.composition', () => 'größe “neu” → 1/2 $1'],
  ['template.composition', () => `director's "cut" $& \\ main'; system.callSystem('x'); '`],
  ['template.name', () => "it's.aep"],
  ['template.frameStart', () => '10'],
  ['assets[0].layerIndex', () => '8'],
  ['assets[0].value', () => null],
  ['actions', () => undefined],
  [`${COPY}.output`, () => 'copy.avi'],
  [COPY, () => encode({ '-crf': 18, '-an': null })],
])('a job with another %s is allowed', (path, value) => {
  expect(checkNexrenderJob(withValue(path, value()), rules())).toMatchObject({ ok: true });
});

test('a flag that is a text is read as nexrender does', () => {
  for (const [text, value] of [
    ['Boolean', true],
    ['false', true],
    ['', false],
  ] as const) {
    const flags = { continueOnMissing: text, useOriginal: text, sequence: text };
    const changed = withValue('assets[1]', { type: 'static', src: 'https://host/a.png', ...flags });
    const check = checkNexrenderJob(
      { ...changed, template: { ...Object(changed.template), ...flags } },
      rules(),
    );
    const read = { continueOnMissing: value, useOriginal: value, sequence: value };
    expect(check).toMatchObject({ job: { template: read, assets: [{}, read] } });
  }
});

test('a list that nexrender does not read is left out, with its actions', () => {
  const check = checkNexrenderJob(withValue('actions.finished', [{ module: '../evil' }]), rules());
  expect(check).toEqual({ ok: true, job });
});

test('a file is returned with its resolved path, in the form that nexrender reads', async () => {
  const read = (src: string) => {
    const check = checkNexrenderJob(withValue('assets[1].src', src), rules());
    return check.ok && Array.isArray(check.job.assets) ? check.job.assets[1].src : check;
  };
  const assets = `file://${at('assets')}`;
  expect(read(`${assets}/link-in.aep`)).toBe(`${assets}/sample.aep`);
  const linked = `file://localhost${at('linked-root', 'sample.aep')}`;
  expect(read(linked)).toBe(`${assets}/sample.aep`);
  expect(read(`${assets}/not-there-yet.png`)).toBe(`${assets}/not-there-yet.png`);
  const written = `${assets}/gr%C3%B6%C3%9Fe%20100%25%20#1?.png`;
  expect(read(`${assets}/gr%C3%B6%C3%9Fe 100%25 #1?.png`)).toBe(written);
});

test('an output through a link inside the roots is returned with its resolved path', async () => {
  await mkdir(at('out', 'real'), { recursive: true });
  await symlink(at('out', 'real'), at('out', 'link-in'));
  const check = checkNexrenderJob(
    withValue(`${COPY}.output`, at('out', 'link-in', 'x.avi')),
    rules(),
  );
  expect(check).toMatchObject({
    ok: true,
    job: { actions: { postrender: [{ output: at('out', 'real', 'x.avi') }] } },
  });
});

test.each([
  'http://127.0.0.1/x.aep',
  'https://nas/x.aep',
  'http://192.168.1.7:8080/x.aep',
  'http://169.254.7.7/x.aep',
])('a template may come from %s', (src) => {
  expect(checkNexrenderJob(withValue('template.src', src), rules()).ok).toBe(true);
});

test('the refusal of an address names the settings that decide', () => {
  expect(
    checkNexrenderJob(withValue('template.src', 'http://169.254.169.254/x'), rules()),
  ).toMatchObject({
    sentence: expect.stringMatching(/169\.254\.169\.254.*RENDERDECK_ALLOW_ADDRESSES/),
  });
});

test.each([
  ['assets[0].type', { type: 'script', src: 'https://host/a.jsx' }],
  ['assets[0].type', { type: 'script', src: 'data:text/plain,system.callSystem(1)' }],
  [
    'assets[0].expression',
    { type: 'data', layerName: 'x', property: 'name', expression: 'system.callSystem("id")' },
  ],
])('without scripts a job may bring no code: %s', (field, asset) => {
  const withCode = { ...job, assets: [asset] };
  expect(checkNexrenderJob(withCode, rules()).ok).toBe(true);
  expect(checkNexrenderJob(withCode, { ...rules(), scripts: false })).toMatchObject({
    ok: false,
    field,
    sentence: expect.stringContaining('RENDERDECK_SCRIPTS'),
  });
  expect(checkNexrenderJob(job, { ...rules(), scripts: false }).ok).toBe(true);
});

test('without roots or actions on the host, the refusal names the variable', () => {
  const none = (part: object) => checkNexrenderJob(job, { ...rules(), ...part });
  expect(none({ assetRoots: [] })).toMatchObject({
    field: 'template.src',
    sentence: expect.stringContaining('RENDERDECK_ASSET_ROOTS'),
  });
  expect(none({ outputRoots: [] })).toMatchObject({
    field: `${COPY}.output`,
    sentence: expect.stringContaining('RENDERDECK_OUTPUT_ROOTS'),
  });
  expect(none({ actions: [] })).toMatchObject({
    field: `${COPY}.module`,
    sentence: expect.stringContaining('RENDERDECK_ACTIONS'),
  });
});

test.each([undefined, null, 'x', 7, []])('%j is no job', (value) => {
  expect(checkNexrenderJob(value, rules())).toMatchObject({ ok: false, field: 'job' });
});
