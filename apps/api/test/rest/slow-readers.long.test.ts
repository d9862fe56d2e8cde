/*
 * A user who asks for a film a thousand times and reads nothing of it. Each answer keeps a file
 * open and some of the film in memory, in an API process of its own here.
 */
import { readdir, readFile, readlink, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { recordOutput } from '@renderdeck/operations';
import { folderOfFile } from '@renderdeck/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { farmOfFile } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const MB = 1024 * 1024;
const BYTES = 1024 * MB;
const READERS = 1000;
const MOST = 500;

const folder = folderOfFile('slow');
const farm = farmOfFile();
const onLinux = test.runIf(process.platform === 'linux');

/** Submits a job whose attempt has put out this film. Returns the place of that output. */
async function anOutput(path: string): Promise<string> {
  await farm.submit('With output', 100);
  const { jobId, attemptId } = await farm.worker.claim();
  const copied = { kind: 'file', bytes: BYTES, files: 1, sha256: 'ab'.repeat(32) } as const;
  const found = { seconds: 2, codec: 'h264 (High)', width: 320, height: 180, frames: 50 };
  const output = { number: 1, path, msAgo: 0, ...copied, ...found, why: null };
  expect((await recordOutput(farm.worker.context, { attemptId, output })).ok).toBe(true);
  return `/api/jobs/${jobId}/attempts/1/outputs/1`;
}

/** Asks for the film, and reads only the first bytes of the answer. Returns its status. */
function startReading(url: URL, path: string, token: string) {
  const socket = connect(Number(url.port), url.hostname);
  const status = new Promise<number>((resolve, reject) => {
    socket.once('error', reject).once('readable', () => {
      resolve(Number(String(socket.read(12)).slice(9)));
    });
  });
  const head = [`GET ${path} HTTP/1.1`, `host: ${url.host}`, `authorization: Bearer ${token}`];
  socket.write(`${[...head, 'range: bytes=0-'].join('\r\n')}\r\n\r\n`);
  return { status, leave: () => socket.destroy() };
}

onLinux(
  '1,000 readers who stop to read keep 500 files open and little memory',
  async () => {
    const film = join(folder.path, 'film.mp4');
    await writeFile(film, '');
    await truncate(film, BYTES);
    const api = await startApi({
      ...{ DATABASE_URL: farm.database.url, RENDERDECK_SERVE_OUTPUTS: folder.path },
      RENDERDECK_MAX_DELAY_MS: '0',
    });
    const openFilms = async () => {
      const fds = `/proc/${api.pid}/fd`;
      const names = await readdir(fds);
      const paths = await Promise.all(names.map((fd) => readlink(join(fds, fd)).catch(() => '')));
      return paths.filter((path) => path === film).length;
    };
    const memoryMb = async () => {
      const status = await readFile(`/proc/${api.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
    };
    const token = farm.secretOf('vera');
    const { text } = await api.ask(token, 'GET', await anOutput(film));
    const { address } = z.object({ address: z.string() }).parse(JSON.parse(text));
    const before = await memoryMb();

    const url = new URL(api.url);
    const readers = Array.from({ length: READERS }, () => startReading(url, address, token));
    const statuses = await Promise.all(readers.map(({ status }) => status));
    const count = (wanted: number) => statuses.filter((status) => status === wanted).length;
    expect([count(206), count(429)]).toEqual([MOST, READERS - MOST]);
    await waitFor(async () => (await openFilms()) === MOST, { what: 'the refused files to close' });
    expect((await api.ask(farm.secretOf('sam'), 'GET', '/api/jobs')).status).toBe(200);
    // At most a megabyte for each.
    expect((await memoryMb()) - before).toBeLessThan(MOST);

    for (const { leave } of readers) leave();
    await waitFor(async () => (await openFilms()) === 0, { what: 'all files to close' });
    expect((await api.ask(token, 'HEAD', address)).status).toBe(200);
    await api.end();
  },
  180_000,
);
