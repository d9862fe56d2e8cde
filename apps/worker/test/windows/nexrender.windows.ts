/*
 * The real nexrender in the launcher and the Job Object of a render, with After Effects as the
 * three programs of Windows: aerender.exe, AfterFX.com and AfterFX.exe.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  createScratchFolder,
  describeRenderer,
  findUnprepared,
  removeScratchFolder,
  startVersionProbe,
  stopProcessTree,
} from '@renderdeck/render-host';
import {
  AERENDER,
  ENCODE,
  endRenders,
  FARM,
  makeJob,
  OUT,
  ROOT,
  run,
  start,
} from './a-windows-render.ts';

afterEach(endRenders);
const names = (processes: readonly { name: string }[]) => processes.map(({ name }) => name);

test('a host that nexrender may prepare is described as it is', async () => {
  assert.equal(await findUnprepared(AERENDER), null);
  const { standIn, problem, path } = await describeRenderer(AERENDER.toLowerCase());
  assert.deepEqual({ standIn, problem }, { standIn: true, problem: null });
  assert.equal(path?.toLowerCase(), AERENDER.toLowerCase());
  const { problem: none } = await describeRenderer('C:\\none\\aerender.exe');
  assert.match(none ?? '', /There is no aerender at C:\\none\\aerender\.exe/);
  const script = join(FARM, 'aerender.cmd');
  await mkdir(FARM, { recursive: true });
  await writeFile(script, '@exit 0');
  assert.match((await describeRenderer(script)).problem ?? '', /is no \.exe/);
});

test('aerender names its version', async () => {
  const attemptId = randomUUID();
  const scratch = await createScratchFolder(ROOT, attemptId);
  const treeMarker = randomUUID();
  const owner = 'a-test';
  const probe = await startVersionProbe({
    ...{ attemptId, treeMarker, owner, scratch, aerender: AERENDER, user: null },
  });
  probe.go();
  const { version, problem } = await probe.ended;
  assert.deepEqual({ problem }, { problem: null });
  assert.match(version ?? '', /^aerender version /);
  await stopProcessTree(probe.record, { graceMs: 0 });
  await probe.close();
  assert.deepEqual((await removeScratchFolder(scratch)).leftovers, []);
});

test('a render ends well: its output is out, its tree is dead and its files are gone', async () => {
  const output = join(OUT, 'ok', 'result.avi');
  const { end, lines, published } = await run(await makeJob({}, output));
  assert.deepEqual(end, { kind: 'completed' }, lines.join('\n'));
  assert.deepEqual(published, [output]);
  assert.deepEqual(await readdir(join(OUT, 'ok')), ['result.avi']);
  assert.ok((await readFile(output)).length > 1000);
  assert.ok(lines.includes('percent: 100'));
  assert.deepEqual(
    lines.filter((line) => line.startsWith('phase: ')),
    ['downloading', 'preparing', 'launching', 'rendering', 'gate', 'publishing'].map(
      (phase) => `phase: ${phase}`,
    ),
  );
  const place = /setting aerender log path to project folder: C:\\scratch\\attempt-[^\\]+\\work/;
  assert.ok(lines.some((line) => place.test(line)));
});

test('nexrender has prepared After Effects and starts no programs of its own', async () => {
  const folder = AERENDER.replace(/\\[^\\]+$/, '');
  const script = join(folder, 'Scripts', 'Startup', 'commandLineRenderer.jsx');
  assert.match(await readFile(script, 'utf8'), /nexrender-patch/);
  assert.ok(existsSync(join(folder, 'Backup.Scripts', 'Startup', 'commandLineRenderer.jsx')));
  const started = await start(await makeJob({ misbehave: 'stalls' }, join(OUT, 'x.avi')));
  started.render.go();
  const seen = await waitForAfterEffects(started);
  assert.deepEqual(
    seen.filter((name) => !/^(aerender|AfterFX|node|conhost|explorer)/.test(name)),
    [],
  );
  // nexrender's analytics would keep an id of the user in this folder.
  assert.ok(!existsSync(join(homedir(), '.nexrender')));
  await started.finish();
});

test('an output without an extension of its own is .avi, and pictures are pictures', async () => {
  const folder = join(OUT, 'defaults');
  await mkdir(folder, { recursive: true });
  const film = await run(await makeJob({}, folder));
  assert.deepEqual(film.end, { kind: 'completed' }, film.lines.join('\n'));
  const pictures = await run(await makeJob({ frames: 2 }, join(OUT, 'shot'), { outputExt: 'png' }));
  assert.deepEqual(pictures.end, { kind: 'completed' }, pictures.lines.join('\n'));
  assert.deepEqual(await readdir(folder), ['result.avi']);
  assert.deepEqual(await readdir(join(OUT, 'shot')), ['result_00000.png', 'result_00001.png']);
});

test('a render that fails says why, and leaves nothing', async () => {
  const output = join(OUT, 'failed.avi');
  const { end } = await run(await makeJob({ misbehave: 'fails' }, output));
  const reason =
    'After Effects reported an error: After Effects error: the stand-in was asked to fail.';
  assert.deepEqual(end, { kind: 'failed', reason, failure: 'unknownError' });
  assert.ok(!existsSync(output));
});

test('a render that hangs is cancelled: its programs are dead, its folder is gone', async () => {
  const started = await start(await makeJob({ misbehave: 'stalls' }, join(OUT, 'hung.avi')));
  started.render.go();
  await waitForAfterEffects(started);
  const { processes, timeToDeadMs } = await started.finish();
  for (const name of ['aerender.exe', 'AfterFX.com', 'AfterFX.exe'])
    assert.ok(names(processes).includes(name), names(processes).join());
  assert.equal(typeof timeToDeadMs, 'number');
});

test('sources may be on a drive or a share, with blanks and letters of any language', async () => {
  const job = await makeJob({}, join(OUT, 'sources.avi'));
  const folder = join(FARM, 'mit Größe 名');
  await mkdir(folder, { recursive: true });
  const [, name = ''] = /([^/]+)$/.exec(job.template.src) ?? [];
  await rename(join(FARM, name), join(folder, 'a b.aep'));
  const asset = (src: string) => ({ type: 'image', layerName: 'logo', src });
  await writeFile(join(folder, 'logo.png'), 'a picture');
  await writeFile('\\\\nas\\farm\\logo.png', 'a picture on a share');
  const assets = [
    asset(`${folder}\\logo.png`),
    asset('file://nas/farm/logo.png'),
    asset('\\\\nas\\farm\\logo.png'),
  ];
  const template = { ...job.template, src: pathToFileURL(join(folder, 'a b.aep')).href };
  const { end, lines } = await run({ ...job, template, assets });
  assert.deepEqual(end, { kind: 'completed' }, lines.join('\n'));
});

test('a source by http arrives whole after a busy answer', async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.writeHead(requests === 1 ? 503 : 200).end('a picture');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const src = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/logo.png`;
  const output = join(OUT, 'downloaded', 'logo.png');
  const job = await makeJob({}, output);
  const [copy] = job.actions.postrender;
  const { end, lines } = await run({
    ...job,
    assets: [{ type: 'image', layerName: 'logo', src, name: 'logo.png' }],
    actions: { postrender: [{ ...copy, input: 'logo.png' }] },
  });
  assert.deepEqual(end, { kind: 'completed' }, lines.join('\n'));
  assert.equal(await readFile(output, 'utf8'), 'a picture');
  assert.equal(requests, 2);
  server.closeAllConnections();
  server.close();
});

test('a source that is missing is named with its path on Windows', async () => {
  const job = await makeJob({}, join(OUT, 'never.avi'));
  const template = { ...job.template, src: 'file:///C:/farm/missing.aep' };
  const { end } = await run({ ...job, template });
  const reason = 'template.src (C:\\farm\\missing.aep) could not be read: there is no such file.';
  assert.deepEqual(end, { kind: 'failed', reason, failure: 'source' });
});

test('ffmpeg.exe is found in the PATH, and what it encodes is published', async () => {
  process.env.PATH = `"C:\\ff mpeg";${process.env.PATH}`;
  const output = join(OUT, 'encoded', 'film.mp4');
  const job = await makeJob({}, output);
  const postrender = [{ module: ENCODE, preset: 'mp4', output }];
  const { end, lines } = await run({ ...job, actions: { postrender } });
  assert.deepEqual(end, { kind: 'completed' }, lines.join('\n'));
  assert.deepEqual(await readdir(join(OUT, 'encoded')), ['film.mp4']);
  assert.ok(lines.some((line) => line.includes('starting action-encode action: C:\\ff mpeg\\')));
});

test('an output goes to a path like a share in one step', async () => {
  const { end, lines } = await run(await makeJob({}, '\\\\nas\\renders\\film.avi'));
  assert.deepEqual(end, { kind: 'completed' }, lines.join('\n'));
  assert.deepEqual(await readdir('\\\\nas\\renders'), ['film.avi']);
});

test('where nexrender may not write beside aerender the host is not prepared', async () => {
  const folder = join(FARM, 'ae');
  await cp(AERENDER.replace(/\\[^\\]+$/, ''), folder, { recursive: true });
  const script = join(folder, 'Scripts', 'Startup', 'commandLineRenderer.jsx');
  await writeFile(script, '// as it was installed');
  // A folder in the place of nexrender's backup file: Windows refuses to write the file.
  const backup = join(folder, 'Backup.Scripts', 'Startup', 'commandLineRenderer.jsx');
  await rm(backup);
  await mkdir(backup);
  const { end } = await run(await makeJob({}, join(OUT, 'exit.avi')), {
    aerender: join(folder, 'aerender.exe'),
  });
  assert.equal(end.kind, 'failed');
  assert.equal('failure' in end ? end.failure : '', 'notPrepared');
  assert.match('reason' in end ? end.reason : '', /^This host is not prepared/);
});

/** The names of the programs in the tree, once all three programs of After Effects run. */
async function waitForAfterEffects({
  render,
  lines,
}: Awaited<ReturnType<typeof start>>): Promise<string[]> {
  const until = performance.now() + 60_000;
  for (;;) {
    const seen = names(await render.members());
    if (seen.includes('AfterFX.exe') && lines.some((line) => /\(\d+\):/.test(line))) return seen;
    if (performance.now() > until) throw new Error(`${seen.join()}\n${lines.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
