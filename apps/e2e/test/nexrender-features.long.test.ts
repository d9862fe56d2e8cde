/*
 * What each feature of a nexrender job becomes: the table of docs/migrating.md, row by row, with
 * the real nexrender and a stand-in for After Effects. A module of this test, after the render,
 * writes down the script that After Effects got.
 *
 * Long because: each row of the table is one entry here.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import {
  account,
  LOGINS,
  leftOut,
  REGION,
  startFtp,
  startGs,
  startS3,
  startSftp,
} from '@renderdeck/render-host/testing/stores';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { listen } from './farm/listen.ts';

const COPY = '@nexrender/action-copy';
const OFFICIAL = ['copy', 'encode', 'cache', 'image', 'upload', 'webhook'];
const page = await readFile(new URL('../../../docs/migrating.md', import.meta.url), 'utf8');
const TABLE = [
  ...(page.split('## Features of a job')[1] ?? '').matchAll(/^\| (.+?) \| (.+?) \|$/gm),
]
  .map(([, feature = '', becomes = '']) => ({ feature, becomes }))
  .filter(({ feature }) => feature !== 'feature' && feature !== '---');

type Job = Record<string, unknown>;
const farm = farmOfFile();
let record: string;
let sample: Job;
let address: string;
let listening: Awaited<ReturnType<typeof listen>>;
let s3: Awaited<ReturnType<typeof startS3>>;
let gs: Awaited<ReturnType<typeof startGs>>;
let fileServers: Awaited<ReturnType<typeof startFileServers>>;
let busy = 1;
/** The answer for a source that the server sends only when a test says so. */
let held: ServerResponse | null = null;
const server = createServer(({ url = '', headers }, response) => {
  if (url === '/moved.png') response.writeHead(302, { location: '/logo.png' }).end();
  else if (url === '/locked.png' && headers.authorization !== `Basic ${btoa('ann:pass')}`)
    response.writeHead(401).end();
  else if (url === '/guarded.png' && headers['x-key'] !== 'open') response.writeHead(403).end();
  else if (url === '/busy.png' && busy-- > 0) response.writeHead(503).end();
  else if (url.startsWith('/held.png')) held = response;
  else response.end('a picture');
});

beforeAll(async () => {
  listening = await listen(server);
  address = `127.0.0.1:${listening.port}`;
  const files = await writeSampleFiles(farm.folders.assets, 'told');
  sample = sampleJob({ ...files, outputPath: '', title: 'told' });
  record = join(farm.folders.assets, 'record.cjs');
  await writeFile(
    record,
    `const fs = require('node:fs');
     module.exports = async (job, settings, { to }) => {
       const script = job.scriptfile ? fs.readFileSync(job.scriptfile, 'utf8') : '';
       fs.writeFileSync(to, JSON.stringify({ script, uid: job.uid, client: job.client }));
     };`,
  );
  // Takes the arguments of ffmpeg, and writes the last one.
  const ffmpeg = join(farm.folders.assets, 'ffmpeg');
  await writeFile(
    ffmpeg,
    `#!${process.execPath}
     require('node:fs').writeFileSync(process.argv.at(-1), process.argv.slice(2).join(' '));`,
    { mode: 0o755 },
  );
  [s3, gs, fileServers] = await Promise.all([startS3(), startGs(), startFileServers()]);
  await s3.put('films', 'a.png', 'a picture');
  gs.put('a.png', 'a picture');
  await farm.startWorker('one', {
    RENDERDECK_CREDENTIALS_FILE: await writeLogins(),
    RENDERDECK_ACTIONS: [...OFFICIAL.map((name) => `@nexrender/action-${name}`), record].join(),
    RENDERDECK_LOCAL_ACTIONS: record,
    RENDERDECK_SCRIPTS: 'on',
    RENDERDECK_ALLOW_ADDRESSES: '127.0.0.1',
    NEXRENDER_FFMPEG: ffmpeg,
  });
});
afterAll(async () => {
  await Promise.all([s3.close(), gs.close(), ...fileServers.map(({ stop }) => stop())]);
  await listening.close();
});

/** The servers of FTP and SFTP; none where their programs are not installed. */
async function startFileServers() {
  if (leftOut !== undefined) return [];
  const servers = await Promise.all([startFtp(), startSftp()]);
  return await Promise.all(
    servers.map(async ({ place, access, home, stop }) => {
      const { scheme, host, port } = place;
      await writeFile(join(home, 'a.png'), 'a picture');
      const params = { host, port, output: join(home, 'told.avi') };
      return {
        ...{ provider: scheme, params, access, home, stop },
        src: `${scheme}://${host}:${port}${home}`,
      };
    }),
  );
}

const loginOfS3 = () => ({ region: REGION, endpoint: s3.endpoint });

/** The logins of the host, for the servers whose login a job does not bring. */
async function writeLogins(): Promise<string> {
  const at = (name: string) => join(farm.folders.assets, name);
  await writeFile(at('google.json'), JSON.stringify(account('writer')));
  const logins: Record<string, object> = {
    google: { for: ['gs://films'], endpoint: gs.endpoint, serviceAccountFile: at('google.json') },
  };
  for (const { provider, params, access } of fileServers) {
    const { privateKey, ca: _, ...login } = access;
    if (privateKey !== undefined) await writeFile(at('key'), privateKey, { mode: 0o600 });
    const key = privateKey === undefined ? {} : { privateKeyFile: at('key') };
    logins[provider] = { for: [`${provider}://${params.host}:${params.port}`], ...login, ...key };
  }
  await writeFile(at('logins.json'), JSON.stringify(logins), { mode: 0o600 });
  return at('logins.json');
}

/** Renders a job, and gives what the module of this test has seen of it. */
async function render(change: (job: Job, output: string) => Job) {
  const to = join(
    farm.folders.assets,
    `seen-${createHash('md5').update(String(change)).digest('hex')}`,
  );
  const job = await farm.submit({
    change(sample, output) {
      const changed = change(sample, output);
      const { postrender = [], ...others } = Object(changed.actions);
      const actions = { ...others, postrender: [{ module: record, to }, ...postrender] };
      return { ...changed, actions };
    },
  });
  const { view } = await farm.until(job.id, 'COMPLETED');
  const { script, ...fields }: Record<string, unknown> = JSON.parse(await readFile(to, 'utf8'));
  const text = String(script).replace(/\\u([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  const [, ofAssets = ''] = text.split('/* start of custom user script */');
  return { job, view, fields, script: ofAssets };
}

async function expectPublished(change: (job: Job, output: string) => Job): Promise<void> {
  expect((await render(change)).view.job.output).toBe('published');
}

/** Why the API refuses a job, or why the host gives it back. */
async function refusal(change: (job: Job, output: string) => Job): Promise<string> {
  try {
    const { id } = await farm.submit({ change });
    const given = await farm.untilJob(id, 'given back', ({ view }) => view.keptOff.length > 0);
    await farm.cancel(id);
    return given.view.keptOff[0]?.why ?? '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

/** The warnings in the answer to a submission. Nothing is rendered. */
async function warnings(change: (job: Job, output: string) => Job): Promise<string> {
  const output = join(farm.folders.output, 'told.avi');
  const job = change({ ...sample, actions: { postrender: [{ module: COPY, output }] } }, output);
  const { status, body } = await farm.send('POST', '/jobs', { job, priority: 0 });
  expect(status).toBe(201);
  const { job: taken, warnings: told } = Object(body);
  await farm.cancel(String(taken.id));
  return JSON.stringify(told);
}

const withAssets =
  (...assets: object[]) =>
  (job: Job) => ({ ...job, assets });
const withTemplate = (more: object) => (job: Job) => ({
  ...job,
  template: { ...Object(job.template), ...more },
});
const withActions =
  (...postrender: object[]) =>
  (job: Job) => ({ ...job, actions: { postrender } });
const image = (more: object) => ({ type: 'image', layerName: 'logo', ...more });
const logo = () => pathToFileURL(join(farm.folders.assets, 'logo.png')).href;

/** One row of the table: how it begins, and what shows it. */
const ROWS: Readonly<Record<string, readonly [becomes: string, show: () => Promise<void>]>> = {
  '`image`, `audio`, `video` by `layerName` or `layerIndex`': [
    'works',
    async () => {
      const sound = { type: 'audio', layerIndex: 2, src: logo(), extension: 'wav' };
      const film = { type: 'video', layerName: 'film', src: logo() };
      const { script } = await render(withAssets(image({ src: logo() }), sound, film));
      const layers = ["Name(null, 'logo'", 'Index(null, 2', "Name(null, 'film'"];
      for (const layer of layers) expect(script).toContain(layer);
      expect(script.match(/nexrender\.replaceFootage/g)).toHaveLength(3);
    },
  ],
  '`data`: text, nested property, list, expression': [
    'works',
    async () => {
      const data = (more: object) => ({ type: 'data', layerName: 'title', ...more });
      const { script } = await render(
        withAssets(
          data({ property: 'Source Text', value: 'Grüße' }),
          data({ property: 'Transform.Position', value: [10, 20] }),
          data({ property: 'Opacity', expression: 'time * 7', composition: 'main->sub' }),
        ),
      );
      for (const text of ['Grüße', '"Transform","Position"', '10,20', 'time * 7', 'main->sub'])
        expect(script.replaceAll(' ', '')).toContain(text.replaceAll(' ', ''));
    },
  ],
  '`script` with `keyword` and `parameters`': [
    'works',
    async () => {
      const code = encodeURIComponent('$.write(NX.get("who"))');
      const src = `data:text/javascript;charset=utf8,${code}`;
      const parameters = [{ key: 'who', value: 'Ada', type: 'string' }];
      const { script } = await render(withAssets({ type: 'script', src, parameters }));
      expect(script).toMatch(/NX\.get\("who"\)/);
      expect(script).toContain('Ada');
    },
  ],
  '`static`, `name`, `useOriginal`': [
    'works',
    async () => {
      await expectPublished(
        withAssets(
          { type: 'static', src: logo(), name: 'a.png' },
          image({ src: logo(), useOriginal: true }),
        ),
      );
    },
  ],
  'sources over http(s): redirects, headers, `user:password@`; `data:`': [
    'works',
    async () => {
      const at = (path: string, more = {}) => image({ src: `http://${address}${path}`, ...more });
      await expectPublished(
        withAssets(
          at('/moved.png'),
          image({ src: `http://ann:pass@${address}/locked.png` }),
          at('/guarded.png', { params: { headers: { 'x-key': 'open' } } }),
          image({ src: 'data:image/png;base64,aGVsbG8=', name: 'a.png' }),
        ),
      );
    },
  ],
  'a source whose server is busy (503) or cuts the connection': [
    'works: it is [tried again](jobs.md#downloads)',
    async () => {
      const src = `http://${address}/busy.png`;
      const { view } = await render(withAssets(image({ src })));
      expect({ output: view.job.output, busy }).toEqual({ output: 'published', busy: -1 });
    },
  ],
  'sources from `s3`, `gs`, `ftp`, `sftp`': [
    'works',
    async () => {
      const { region, endpoint, ...credentials } = { ...loginOfS3(), ...LOGINS.writer };
      const files = fileServers.map(({ src }) => image({ src: `${src}/a.png` }));
      await expectPublished(
        withAssets(
          image({ src: 's3://films/a.png', params: { region, endpoint, credentials } }),
          image({ src: 'gs://films/a.png' }),
          ...files,
        ),
      );
    },
  ],
  '`frameStart`, `frameEnd`, `incrementFrame`, `outputModule`, `settingsTemplate`, `outputExt`': [
    'works',
    async () => {
      const { job } = await render(
        withTemplate({
          ...{ frameStart: 2, frameEnd: 6, incrementFrame: 2, outputExt: 'mov' },
          ...{ outputModule: 'h264', settingsTemplate: 'Best Settings' },
        }),
      );
      expect(existsSync(job.output)).toBe(true);
    },
  ],
  'pictures (`imageSequence`)': [
    'works',
    async () => {
      for (const outputExt of ['png', 'exr']) {
        const folder = join(farm.folders.output, outputExt);
        await render((job) => ({
          ...withTemplate({ imageSequence: true, outputExt, outputModule: outputExt })(job),
          actions: { postrender: [{ module: COPY, output: folder }] },
        }));
        expect((await readdir(folder)).length).toBe(10);
      }
    },
  ],
  'an unknown field; a field of another library; a setting of a host': [
    'told',
    async () => {
      expect(await warnings(withTemplate({ frameIncrement: 2 }))).toContain('incrementFrame');
      expect(await warnings((job) => ({ ...job, multiFrames: true }))).toContain('a setting of a');
      expect(await warnings(withAssets(image({ src: logo(), dest: '/x' })))).toContain('dest');
    },
  ],
  '`priority` inside the job': [
    'told',
    async () => expect(await warnings((job) => ({ ...job, priority: 9 }))).toContain('priority'),
  ],
  'no `postrender`, or a relative `output`': [
    'told',
    async () => {
      const none = ({ actions: _, ...job }: Job) => job;
      expect(await warnings(none)).toContain('ublish');
      expect(await warnings(withActions({ module: COPY, output: 'a.mov' }))).toContain('ublish');
      const { view } = await render(none);
      expect(view.job.output).toBe('none');
    },
  ],
  '`output` as `file://`': [
    'works',
    async () => {
      const { job } = await render((sample, output) => ({
        ...sample,
        actions: { postrender: [{ module: COPY, output: pathToFileURL(output).href }] },
      }));
      expect(existsSync(job.output)).toBe(true);
    },
  ],
  '`uid`, own fields and tags in actions; `useJobId`': [
    'works',
    async () => {
      const { job, fields } = await render((sample) => ({
        ...sample,
        client: 'ACME',
        actions: {
          postrender: [{ module: COPY, output: `${farm.folders.output}/`, useJobId: true }],
        },
      }));
      expect(fields).toEqual({ uid: job.id, client: 'ACME' });
      expect(await readdir(farm.folders.output)).toContain(`${job.id}.avi`);
    },
  ],
  '`@nexrender/action-encode`': [
    'works',
    async () => {
      const { job } = await render((sample, output) => ({
        ...sample,
        actions: {
          postrender: [
            { module: '@nexrender/action-encode', preset: 'mp4', output: 'a.mp4' },
            { module: COPY, input: 'a.mp4', output },
          ],
        },
      }));
      expect(await readFile(job.output, 'utf8')).toMatch(/ -vcodec libx264 /);
    },
  ],
  '`@nexrender/action-upload` to `s3`, `gs`, `ftp`, `sftp`': [
    'works',
    async () => {
      const module = '@nexrender/action-upload';
      const params = { bucket: 'films', key: 'told.avi', ...loginOfS3() };
      await render(
        withActions(
          { module, provider: 's3', params: { ...params, credentials: LOGINS.writer } },
          { module, provider: 'gs', params: { bucket: 'films', item: 'told.avi' } },
          ...fileServers.map(({ provider, params }) => ({ module, provider, params })),
        ),
      );
      const sizes = [await s3.get('told.avi'), gs.files.get('told.avi')?.bytes].map(
        (bytes) => bytes?.length,
      );
      for (const { home } of fileServers) sizes.push((await stat(join(home, 'told.avi'))).size);
      expect(sizes[0]).toBeGreaterThan(0);
      expect(new Set(sizes).size).toBe(1);
    },
  ],
  '`@nexrender/action-upload` to `nx`': [
    'works after the gate, if the module is installed on the host',
    async () => {
      const why = await refusal(
        withActions({ module: '@nexrender/action-upload', provider: 'nx' }),
      );
      expect(why).toMatch(/not installed/);
    },
  ],
  '`provider` of an upload as a path; `write` of an image; a link out of the roots': [
    'refused',
    async () => {
      const upload = { module: '@nexrender/action-upload', provider: '/x.js' };
      expect(await refusal(withActions(upload))).toMatch(/provider/);
      const write = { name: 'write', args: ['/x'] };
      const picture = { input: 'a.png', output: 'b.png', filters: [write] };
      const change = withActions({ module: '@nexrender/action-image', ...picture });
      expect(await refusal(change)).toMatch(/filters\[0\]/);
    },
  ],
  '`@nexrender/action-cache`': [
    'told',
    async () => {
      const action = { module: '@nexrender/action-cache', cacheDirectory: '/x' };
      const cached = (job: Job) => ({
        ...job,
        actions: { ...Object(job.actions), predownload: [action] },
      });
      expect(await warnings(cached)).toContain('action-cache');
      await expectPublished(cached);
    },
  ],
  'own modules, by path or package': ['works', () => expectPublished((job) => job)],
  'a module that a host does not allow, or has not installed': [
    'given back',
    async () => {
      const change = withActions({ module: '@studio/action-x' });
      expect(await refusal(change)).toMatch(/RENDERDECK_ACTIONS/);
    },
  ],
};

test('the page has the rows of this test', () => {
  expect(TABLE.map(({ feature }) => feature)).toEqual(Object.keys(ROWS));
});

test.each(TABLE)('$feature: $becomes', async ({ feature, becomes }) => {
  const [begins = '', show] = ROWS[feature] ?? [];
  expect(becomes.startsWith(begins), `${becomes} begins with ${begins}`).toBe(true);
  await show?.();
});

test('a source that downloads slowly shows its bytes, and nothing once it is there', async () => {
  const { id } = await farm.submit({
    change: (job) => ({
      ...job,
      assets: [{ type: 'static', src: `http://${address}/held.png?token=not-shown-to-anybody` }],
    }),
  });
  const response = await waitFor(() => held, { what: 'the request of the source' });
  response.writeHead(200, { 'content-length': 3_000_000 }).write(Buffer.alloc(1_000_000));
  const name = 'held.png (assets[0].src)';
  const one = { direction: 'download', files: 1, filesDone: 0, names: [name] };
  const transferOf = async () => (await farm.readJob(id)).view.transfer;
  const known = { ...one, bytes: 1_000_000, totalBytes: 3_000_000 };
  await expect.poll(transferOf, { timeout: 60_000 }).toMatchObject(known);
  const { body } = await farm.send('GET', `/jobs/${id}`);
  expect(body).toMatchObject({ job: { phase: 'downloading', transfer: known } });
  expect(JSON.stringify(body)).not.toContain('not-shown-to-anybody');
  // The report is new each second, and the rate falls to nothing while nothing comes.
  await expect.poll(transferOf, { timeout: 60_000 }).toMatchObject({ bytesPerSecond: 0 });
  response.end(Buffer.alloc(2_000_000));
  await farm.until(id, 'COMPLETED');
  expect(await transferOf()).toBeNull();
});
