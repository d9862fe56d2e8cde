/*
 * The clients for programs outside the repository, against a real farm: each example of their
 * documents runs as it is written, in an empty folder. The package for JavaScript is installed by
 * npm from its tarball, with no network. Without Python its tests are skipped.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { createClient, followJobs } from '@renderdeck/client';
import { buildClient } from '@renderdeck/client/build';
import {
  cancelReceiptSchema,
  ERROR_CODES,
  endedProcessSchema,
  jobSchema,
  logChunkSchema,
} from '@renderdeck/contract';
import { folderOfFile } from '@renderdeck/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts';
import { farmOfFile } from './farm/farm-of-file.ts';
import { loseFirstAnswer } from './lose-first-answer.ts';
import { writeExamples } from './write-examples.ts';

const TOP = fileURLToPath(new URL('../../..', import.meta.url));
const hasPython = spawnSync('python3', ['-c', '']).error === undefined;
const HELD = { project: { frames: 40, frameMs: 5 }, held: true } as const;

const farm = farmOfFile();
/** The way from the clients to the API. It can cut their connections. */
let proxy: DatabaseProxy;
const folder = folderOfFile('clients');
beforeAll(async () => {
  proxy = await startDatabaseProxy(farm.url);
  await Promise.all([farm.startWorker('one'), installClient(), copyPython()]);
});
afterAll(async () => {
  for (const program of running) program.kill('SIGKILL');
  await proxy.close();
});

/** Packs the package, installs the tarball in the empty folder, and writes its examples there. */
async function installClient(): Promise<void> {
  const built = join(folder.path, 'built');
  const program = join(folder.path, 'program');
  await mkdir(program);
  await buildClient(built);
  const run = promisify(execFile);
  await run('npm', ['pack', '--pack-destination', folder.path], { cwd: built });
  const { version } = JSON.parse(await readFile(join(built, 'package.json'), 'utf8'));
  const tarball = join(folder.path, `renderdeck-client-${version}.tgz`);
  await run('npm', ['install', '--offline', '--no-audit', '--prefix', program, tarball]);
  const readme = join(program, 'node_modules/@renderdeck/client/README.md');
  const names = ['submit.mjs', 'log.mjs', 'changes.mjs', 'cancel.mjs'];
  await writeExamples(readme, 'js', program, names);
}

async function copyPython(): Promise<void> {
  const program = join(folder.path, 'python');
  await mkdir(program);
  const file = join(TOP, 'packages/client-python/renderdeck.py');
  await copyFile(file, join(program, 'renderdeck.py'));
  await writeExamples(join(TOP, 'docs/clients.md'), 'python', program, ['render.py', 'cancel.py']);
}

/** Programs that have not ended, because their test failed. */
const running = new Set<ReturnType<typeof spawn>>();

/** Starts a program of the empty folder, with the way to the API in its environment. */
function start(what: 'program' | 'python', ...args: readonly string[]) {
  const child = spawn(what === 'program' ? process.execPath : 'python3', args, {
    cwd: join(folder.path, what),
    env: {
      ...process.env,
      RENDERDECK_URL: proxy.url,
      RENDERDECK_TOKEN: farm.token,
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  running.add(child);
  const closes = once(child, 'close').finally(() => running.delete(child));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return {
    /** Resolves when the program has printed this. */
    until: (text: string) =>
      waitFor(() => said.includes(text), { what: `the program to print ${text}` }),
    /** What it printed, once it has ended well. */
    async ended(): Promise<string[]> {
      const [code] = await closes;
      expect([code, said]).toEqual([0, said]);
      return said.trimEnd().split('\n');
    },
  };
}

/** Writes `job.json` for a program. Its render waits for `release` before the last frame. */
async function writeJob(what: 'program' | 'python'): Promise<{ release(): Promise<void> }> {
  const gate = join(farm.folders.assets, `${what}.released`);
  const project = { ...HELD.project, launchMs: 1, waitsFor: gate };
  const files = await writeSampleFiles(farm.folders.assets, what, project);
  const outputPath = join(farm.folders.output, `${what}.avi`);
  const job = sampleJob({ ...files, outputPath, title: what });
  await writeFile(join(folder.path, what, 'job.json'), JSON.stringify(job));
  return { release: () => writeFile(gate, '') };
}

/** Ends every connection of the clients. They can connect again at once. */
function cutConnections(): { expectAgain(): void } {
  const before = proxy.accepted();
  proxy.cut();
  proxy.restore();
  return { expectAgain: () => expect(proxy.accepted()).toBeGreaterThan(before) };
}

/** The lines of the only attempt of a job, each with its stream. */
async function linesOf(id: string): Promise<string[]> {
  const { api } = createClient({ url: farm.url, token: farm.token });
  const { chunks } = await api.getAttemptLog.query({ id, limit: 500 });
  return chunks.flatMap(({ stream, lines }) => lines.map((line) => `${stream} ${line}`));
}

describe('JavaScript', () => {
  test('submit and wait', async () => {
    const { release } = await writeJob('program');
    await release();
    expect((await start('program', 'submit.mjs').ended()).at(-1)).toBe('COMPLETED published');
  });

  test('a followed log has each line once, though the connection is lost', async () => {
    const job = await farm.submit(HELD);
    const following = start('program', 'log.mjs', job.id);
    await following.until('1 nexrender: ');
    const cut = cutConnections();
    await job.release();
    const printed = await following.ended();
    const lines = await linesOf(job.id);
    cut.expectAgain();
    expect(printed).toEqual(lines.map((line) => `1 ${line.replace(' ', ': ')}`));
  });

  test('followed changes go on where they were, though the connection is lost', async () => {
    const { api, close } = createClient({ url: farm.url, token: farm.token });
    const now = await followJobs(api).next();
    const cursor = now.value?.id ?? '';
    const job = await farm.submit(HELD);
    const following = start('program', 'changes.mjs', cursor);
    await following.until(`submit ${job.id} `);
    const cut = cutConnections();
    await job.release();
    const printed = await following.ended();
    const { changes } = await api.listJobChanges.query({ id: job.id });
    await close();
    cut.expectAgain();
    expect(printed.at(-1)).toMatch(/^Go on after ./);
    expect(printed.slice(0, -1)).toEqual(
      changes.map(({ event }) => expect.stringContaining(`${event} ${job.id} `)),
    );
  });

  test('a stop ends with its proof; a job that has ended is refused', async () => {
    const { id } = await farm.submit(HELD);
    await farm.untilPhase(id, 'rendering');
    const [stopped] = await start('program', 'cancel.mjs', id).ended();
    expect(stopped).toMatch(/^stopped, proof (kernel|forkFree|repeated), [3-9]\d* processes$/);
    const done = await farm.submit();
    await farm.until(done.id, 'COMPLETED');
    const [refused] = await start('program', 'cancel.mjs', done.id).ended();
    expect(refused).toMatch(/^The job is COMPLETED since /);
  });
});

describe.skipIf(!hasPython)('Python', () => {
  test('submit, follow the log through a lost connection, wait, and a refusal', async () => {
    const { release } = await writeJob('python');
    const program = start('python', 'render.py');
    await program.until('nexrender ');
    const cut = cutConnections();
    await release();
    const printed = await program.ended();
    cut.expectAgain();
    expect(printed.slice(-2)).toEqual(['COMPLETED published', 'job_not_found']);
    const { api } = createClient({ url: farm.url, token: farm.token });
    const [job] = (await api.listJobs.query({ template: 'python.aep' })).jobs;
    expect(printed.slice(0, -2)).toEqual(await linesOf(job?.id ?? ''));
  });

  test('a stop ends with its proof', async () => {
    const { id } = await farm.submit(HELD);
    await farm.untilPhase(id, 'rendering');
    const [stopped] = await start('python', 'cancel.py', id).ended();
    expect(stopped).toMatch(/^stopped, proof (kernel|forkFree|repeated) [3-9]\d* processes$/);
  });

  test('a submission whose answer is lost is repeated and queues one job', async () => {
    await writeJob('python');
    const losing = await loseFirstAnswer(farm.url);
    const text = `
import json, os
from renderdeck import Client
desk = Client("${losing.url}", os.environ["RENDERDECK_TOKEN"])
job = desk.submit(json.load(open("job.json")), name="Only one", priority=0)
print(len(list(desk.list_jobs(q="Only one", show="all"))), desk.wait(job["id"])["status"])`;
    expect(await start('python', '-c', text).ended()).toEqual(['1 COMPLETED']);
    expect(losing.isLost()).toBe(true);
    await losing.close();
  });

  test('an error writes out what a terminal would obey', async () => {
    const text = `
import renderdeck as r
error = r.JobNotFound({"code": "job_not_found", "detail": "\\x1b[2J\\u202eä"})
print(error, "|", len(error.detail))`;
    const printed = 'job_not_found: \\x1b[2J\\u202eä | 6';
    expect(await start('python', '-c', text).ended()).toEqual([printed]);
  });

  test('the fields and codes are those of the contract; the syntax is that of 3.9', async () => {
    const text = `
import ast, json, renderdeck as r
from typing import get_type_hints
ast.parse(open("renderdeck.py").read(), feature_version=(3, 9))
named = (r.CancelReceipt, r.Job, r.LogChunk, r.Process)
types = {one.__name__: sorted(get_type_hints(one)) for one in named}
print(json.dumps({**types, "codes": sorted(r.ERRORS)}))`;
    const [printed = ''] = await start('python', '-c', text).ended();
    expect(JSON.parse(printed)).toEqual({
      CancelReceipt: Object.keys(cancelReceiptSchema.shape).sort(),
      Job: Object.keys(jobSchema.shape).sort(),
      LogChunk: Object.keys(logChunkSchema.shape).sort(),
      Process: Object.keys(endedProcessSchema.shape).sort(),
      codes: Object.keys(ERROR_CODES).sort(),
    });
  });
});
