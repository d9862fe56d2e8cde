/*
 * Sources, actions and targets that move slowly or not at all. A slow one moves some bytes in each
 * of ten steps and then ends. The ten steps together take longer than the limit of the test.
 */
import { execFileSync } from 'node:child_process';
import { chmod, open, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listen } from './farm/listen.ts';

const STEPS = 10;
const STEP_MS = 700;

/** Runs `step` ten times, with a pause before each. */
async function inSteps(step: () => unknown): Promise<void> {
  for (let count = 0; count < STEPS; count += 1) {
    await delay(STEP_MS);
    await step();
  }
}

/** Starts an HTTP server for downloads and uploads. */
export async function startSlowServer() {
  const answers: Readonly<
    Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>
  > = {
    '/never.png': () => undefined,
    '/part.png': (_request, response) => response.write(Buffer.alloc(1_500_000)),
    '/slow.png': async (_request, response) => {
      await inSteps(() => response.write(Buffer.alloc(100)));
      response.end();
    },
    '/upload/never': () => undefined,
    '/upload/slow': async (request, response) => {
      await inSteps(() => read(request, 3_000_000));
      request.resume().once('end', () => response.end());
    },
  };
  const server = createServer((request, response) => {
    void answers[request.url ?? '']?.(request, response);
  });
  const { port, close } = await listen(server);
  return { url: (path: string) => `http://127.0.0.1:${port}${path}`, close };
}

/** Reads this many bytes, which is more than a socket buffers, and then pauses. */
async function read(request: IncomingMessage, bytes: number): Promise<void> {
  let left = bytes;
  await new Promise<void>((resolve) => {
    const take = (chunk: Buffer) => {
      left -= chunk.length;
      if (left > 0) return;
      request.off('data', take).pause();
      resolve();
    };
    request.on('data', take).resume();
  });
}

/** Makes a pipe in place of a file on a share. It gets no bytes (`never`), or some in each step. */
export async function makePipe(path: string, kind: 'never' | 'slow'): Promise<string> {
  execFileSync('mkfifo', [path]);
  if (kind === 'never') return path;
  void open(path, 'w').then(async (pipe) => {
    await inSteps(() => pipe.write(Buffer.alloc(100)));
    await pipe.close();
  });
  return path;
}

/**
 * Writes an action module. It waits for ever (`never`), writes a file in steps (`write`), sends 64
 * MB to an address (`upload`), or waits for a program: one that reads in steps (`program`), or one
 * that only prints that it waits (`waitingProgram`).
 */
export async function writeSlowAction(folder: string): Promise<string> {
  const module = join(folder, 'slow.cjs');
  await writeFile(
    module,
    `const fs = require('node:fs');
const path = require('node:path');
const { Readable } = require('node:stream');
const PROGRAM = \`
let step = 0;
setInterval(() => {
  step += 1;
  if (process.argv[1] === 'program') fs.readFileSync(process.execPath, { flag: 'r' });
  else console.log('still waiting');
  if (process.argv[1] === 'program' && step === ${STEPS}) process.exit(0);
}, ${STEP_MS});\`;
const pause = () => new Promise((resolve) => setTimeout(resolve, ${STEP_MS}));
module.exports = async (job, settings, { kind, url }) => {
  if (kind === 'never') for (;;) await pause();
  if (kind === 'write')
    for (let step = 0; step < ${STEPS}; step += 1) {
      await pause();
      fs.appendFileSync(path.join(job.workpath, 'made.txt'), 'a line\\n');
    }
  if (kind === 'program' || kind === 'waitingProgram')
    await require('node:util').promisify(require('node:child_process').execFile)(
      process.execPath, ['-e', PROGRAM, kind]);
  if (kind === 'upload') {
    // In this pause the host measures the files for the first time, and later sees the bytes grow.
    await pause();
    const body = Readable.from((function* () {
      for (let count = 0; count < 1024; count += 1) yield Buffer.alloc(65536);
    })());
    await fetch(url, { method: 'POST', body, duplex: 'half' });
  }
  return job;
};
`,
  );
  return module;
}

/**
 * Installs a program in place of ffmpeg. Depending on its options it waits for ever, prints its
 * progress in each step, or writes its output in steps.
 */
export async function installSlowFfmpeg(folder: string): Promise<string> {
  const path = join(folder, 'ffmpeg');
  await writeFile(
    path,
    `#!${process.execPath}
const fs = require('node:fs');
const output = process.argv.at(-1);
const kind = /never|tells|writes/.exec(output)[0];
fs.writeFileSync(output, '');
let step = 0;
setInterval(() => {
  if (kind === 'never') return;
  step += 1;
  if (kind === 'tells')
    process.stderr.write('frame=' + step + ' time=00:00:0' + step % 10 + '.00 bitrate=N/A\\n');
  if (kind === 'writes') fs.appendFileSync(output, 'x');
  if (step === ${STEPS}) process.exit(0);
}, ${STEP_MS});
`,
  );
  await chmod(path, 0o755);
  return path;
}
