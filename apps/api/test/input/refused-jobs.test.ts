/*
 * A job that is wrong on every host is refused at submission, over REST and tRPC: 400 job_refused
 * with the name of the field, and nothing is stored. Values that depend on the host are accepted.
 */
import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { jobRules } from '../../src/config.ts';
import { apiOfFile, farmOfFile, type TestApi } from '../../testing/open-farm.ts';

const farm = farmOfFile();
/** Without any of the three variables. */
const unset = apiOfFile(farm, { jobRules: jobRules({}) });
/** Without scripts. */
const closed = apiOfFile(farm, { jobRules: jobRules({ RENDERDECK_SCRIPTS: 'off' }) });
/** With roots of Linux and of Windows. */
const rooted = apiOfFile(farm, {
  jobRules: jobRules({
    RENDERDECK_ASSET_ROOTS: '/mnt/projects:D:\\projects',
    RENDERDECK_OUTPUT_ROOTS: '/mnt/renders;\\\\nas\\renders',
  }),
});

type Json = Record<string, unknown>;
const job = (more: Json = {}, template: Json = {}): Json => ({
  template: { src: 'file:///mnt/projects/a.aep', composition: 'main', ...template },
  ...more,
});
const asset = (more: Json): Json =>
  job({ assets: [{ type: 'image', src: 'https://host/a.png', layerName: 'logo', ...more }] });
const action = (one: Json, list = 'postrender'): Json => job({ actions: { [list]: [one] } });
const COPY = '@nexrender/action-copy';
const ENCODE = '@nexrender/action-encode';
const encode = (params: Json): Json => action({ module: ENCODE, output: 'x.mp4', params });

const readCounts = async () =>
  (
    await farm.sql`
      SELECT
        (SELECT count(*) FROM jobs) AS jobs,
        (SELECT count(*) FROM job_changes) AS changes,
        (SELECT count(*) FROM audit_log WHERE outcome = 'done') AS done`
  )[0];

/** Submits the job over REST and over tRPC. Both refuse it with the same facts. */
async function expectRefused(api: TestApi, refused: Json, field: string): Promise<void> {
  const before = await readCounts();
  const detail = expect.stringMatching(/^\S+ .*\.$/);
  const rest = await api.send('sam', 'POST', '/api/jobs', { job: refused });
  expect(rest).toMatchObject({
    status: 400,
    body: { status: 400, code: 'job_refused', field, detail },
  });
  const error = await Reflect.apply(api.trpc('sam').submitJob.mutate, null, [
    { job: refused },
  ]).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TRPCClientError);
  const { detail: sentence } = Object(rest.body);
  expect(error).toMatchObject({
    message: sentence,
    data: { httpStatus: 400, problem: { code: 'job_refused', detail: sentence, facts: { field } } },
  });
  expect(sentence.startsWith(`${field} `)).toBe(true);
  expect(await readCounts()).toEqual(before);
}

const HOSTILE: readonly (readonly [field: string, Json])[] = [
  ['uid', job({ uid: '../../etc' })],
  ['uid', job({ uid: 'a/b' })],
  ['output', job({ output: '/etc/passwd' })],
  ['template.output', job({}, { output: 'C:\\out\\x.avi' })],
  ['template.src', job({}, { src: '' })],
  ['template.src', job({}, { src: 'file:///mnt/projects/../../etc/passwd' })],
  ['template.src', job({}, { src: 'file:///mnt/projects/%2e%2e/secret' })],
  ['template.src', job({}, { src: 'file:///C:/projects/../secret' })],
  ['template.src', job({}, { src: 'd:\\projects\\..\\secret' })],
  ['template.src', job({}, { src: '/mnt/projects/../../etc/passwd' })],
  ['template.src', job({}, { src: 'projects/a.aep' })],
  ['template.src', job({}, { src: 's3://bucket' })],
  ['template.src', job({}, { src: 'http://169.254.169.254/latest/meta-data/' })],
  ['assets[0].src', asset({ src: 'http://[fd00:ec2::254]/a.png' })],
  ['assets[0].src', asset({ src: 'http://2852039166/a.png' })],
  ['template.src', job({}, { src: 'file:///mnt/$HOME/a.aep' })],
  ['template.name', job({}, { name: '../a.aep' })],
  ['template.name', job({}, { name: 'C:a.aep' })],
  ['template.composition', job({}, { composition: 'main\n' })],
  ['template.outputExt', job({}, { outputExt: '/../../x' })],
  ['assets[0].type', asset({ type: 'exe' })],
  ['assets[0].layerName', asset({ layerName: undefined })],
  ['assets[0].layerIndex', asset({ layerIndex: '1); system.callSystem("x"' })],
  ['assets[0].name', asset({ name: '/etc/cron.d/x' })],
  ['assets[0].src', asset({ src: undefined })],
  ['assets[0].src', asset({ src: 'file://nas/share/../secret.png' })],
  ['assets[0].property', job({ assets: [{ type: 'data', layerName: 'x', value: 1 }] })],
  ['assets[0].keyword', asset({ type: 'script', keyword: '(a+)+$' })],
  ['actions.postrender[0].module', action({ module: '../../evil' })],
  ['actions.postrender[0].module', action({ module: '@nexrender/action-upload' })],
  ['actions.postrender[0].output', action({ module: COPY })],
  ['actions.postrender[0].output', action({ module: COPY, output: '../../x' })],
  ['actions.postrender[0].output', action({ module: COPY, output: 'D:\\out\\..\\x' })],
  ['actions.postrender[0].output', action({ module: COPY, output: 'D:x.avi' })],
  [
    'actions.postrender[0].input',
    action({ module: COPY, input: '\\\\nas\\secret\\x', output: 'x' }),
  ],
  ['actions.prerender[0]', action({ module: COPY, output: 'x' }, 'prerender')],
  ['actions.postdownload[0]', action({ module: ENCODE, output: 'x' }, 'postdownload')],
  ['actions.postrender[0].params["-i"]', encode({ '-i': '/etc/passwd' })],
  ['actions.postrender[0].params["-vf"]', encode({ '-vf': 'movie=/etc/passwd' })],
];

test('an API without scripts refuses what would bring code', async () => {
  const script = asset({ type: 'script', src: 'https://host/a.jsx' });
  await expectRefused(closed, script, 'assets[0].type');
  const expression = { type: 'data', property: 'name', expression: '1' };
  await expectRefused(closed, asset(expression), 'assets[0].expression');
  const accepted = await closed.send('sam', 'POST', '/api/jobs', { job: asset({}) });
  expect(accepted.status).toBe(201);
});

test('more secrets than a job may have are refused', async () => {
  const many = Array.from({ length: 10_001 }, (_, n) => [`pw${n}`, n]);
  await expectRefused(unset, job({ many: Object.fromEntries(many) }), 'job');
});

test.each(HOSTILE)('%s out of bounds (%j) is refused without any roots', async (field, refused) => {
  await expectRefused(unset, refused, field);
});

test.each<[string, Json]>([
  ['template.src', job({}, { src: 'file:///etc/passwd' })],
  ['template.src', job({}, { src: '/etc/passwd' })],
  ['template.src', job({}, { src: 'file:///mnt/projects2/a.aep' })],
  ['template.src', job({}, { src: 'e:\\projects\\a.aep' })],
  ['assets[0].src', asset({ src: 'file://nas/secret/a.png' })],
  ['actions.postrender[0].output', action({ module: COPY, output: '/mnt/projects/x.avi' })],
  ['actions.postrender[0].output', action({ module: COPY, output: 'D:\\projects\\x.avi' })],
])(
  '%s outside of the roots (%j) is refused with the name of the variable',
  async (field, refused) => {
    await expectRefused(rooted, refused, field);
    const { body } = await rooted.send('sam', 'POST', '/api/jobs', { job: refused });
    expect(body).toMatchObject({
      detail: expect.stringMatching(/lies outside of RENDERDECK_(ASSET|OUTPUT)_ROOTS\.$/),
    });
  },
);

const WINDOWS: readonly Json[] = [
  job(
    { assets: [{ type: 'data', layerIndex: '8', property: 'Source Text', value: '名' }] },
    { src: 'file:///C:/a b.aep' },
  ),
  job(
    { assets: [{ type: 'image', src: '\\\\nas\\share\\größe.png', layerName: 'bg' }] },
    { src: 'd:\\farm\\a.aep' },
  ),
  { ...action({ module: COPY, input: 'result.mov', output: '\\\\nas\\out\\x.mov' }), uid: '' },
  action({ module: ENCODE, output: 'E:/out/x.mp4', params: { '-vcodec': 'libx264', '-r': 25 } }),
];

test.each(WINDOWS.map((one) => [one]))('a job of Windows is stored unchanged: %j', async (sent) => {
  const { status, body } = await unset.send('sam', 'POST', '/api/jobs', { job: sent });
  expect({ status, body }).toMatchObject({ status: 201 });
  const { job: kept } = Object(body);
  expect((await unset.trpc('sam').getJob.query({ id: kept.id })).nexrenderJob).toEqual(sent);
});

test.each([
  job({}, { src: 'd:\\PROJECTS\\a.aep' }),
  job({}, { src: 'file:///D:/projects/a.aep' }),
  action({ module: COPY, output: '\\\\NAS\\renders\\x.avi' }),
  action({ module: COPY, output: '/mnt/renders/not/there/yet.avi' }),
])('a job inside of the roots is accepted: %j', async (sent) => {
  expect(await rooted.send('sam', 'POST', '/api/jobs', { job: sent })).toMatchObject({
    status: 201,
  });
});

test('a refused job leaves its audit entry without the values of the job', async () => {
  // Sam has so many refusals that they are only counted. Ada has none.
  await unset.send('ada', 'POST', '/api/jobs', { job: job({ uid: '../planted' }) });
  const [line] = await farm.sql`SELECT * FROM audit_log ORDER BY id DESC LIMIT 1`;
  expect(line).toMatchObject({ action: 'submitJob', outcome: 'refused', code: 'job_refused' });
  expect(
    JSON.stringify(line, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
  ).not.toContain('planted');
});

test.each<[string, string[]]>([
  ['/a:/b', ['/a', '/b']],
  ['D:\\a;E:/b', ['D:\\a', 'E:/b']],
  ['/a:D:\\b:/c', ['/a', 'D:\\b', '/c']],
  ['\\\\nas\\share;/a', ['\\\\nas\\share', '/a']],
  ['', []],
])('the roots %s are %j', (text, folders) => {
  expect(jobRules({ RENDERDECK_ASSET_ROOTS: text }).assetRoots).toEqual(folders);
});

test('without a setting the actions are those that a host allows', () => {
  expect(jobRules({}).actions).toEqual([COPY, ENCODE]);
  expect(jobRules({ RENDERDECK_ACTIONS: ' own , other,' }).actions).toEqual(['own', 'other']);
});
