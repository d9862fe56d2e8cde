/*
 * A Windows machine of its own for a test file.
 *
 * 1. The machine is a copy of the prepared machine by hard links, which takes some milliseconds.
 *    The registry files are real copies, because Wine writes into them in place.
 * 2. It has a wineserver of its own, so its process table holds no process of another machine.
 * 3. The output of a program goes to a file, because node.exe dies when it writes to a Unix pipe.
 * 4. `close` ends all processes of the machine and removes its disk. Tests of a farm keep the
 *    scratch root on C:, because Wine shows a symbolic link as a folder and deletes the files
 *    behind it.
 */
import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { folderOfFile } from '@renderdeck/testing/folder-of-file';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { execa } from 'execa';
import { afterAll, beforeAll, inject } from 'vitest';
import { runCases, saysCrash } from './run-cases.ts';
import type { Wine, WineProcess } from './wine.ts';
import { WINE, WINESERVER, wineEnvironment } from './wine-programs.ts';

/**
 * How long the server goes on without a program. Its own default is three seconds: a busy test may
 * start its next program later than that and would then find another boot.
 */
const SERVER_STAYS_S = 60;
/** A server that does not end within this time is killed. */
const SERVER_WITHIN_MS = 30_000;
const POLL_MS = 20;

/** Opens a machine. The test's project must have `global-setup.ts` as its setup. */
export async function openWine(): Promise<Wine> {
  const folder = await temporaryFolder('wine');
  await makeMachine(folder.path);
  return machineIn(folder.path, folder.remove);
}

/**
 * The machine of all tests of a suite. It is made before the first test, and closed after the last.
 */
export function wineOfSuite(): Wine {
  const { path } = folderOfFile('wine');
  const wine = machineIn(path, async () => undefined);
  beforeAll(() => makeMachine(path));
  afterAll(wine.close);
  return wine;
}

async function makeMachine(machine: string): Promise<void> {
  const template = inject('wine');
  await copyMachine(template.machine, machine);
  const driveC = driveCOf(machine);
  await mkdir(join(driveC, 'node_modules'), { recursive: true });
  await cp(template.nodeModules, join(driveC, 'node_modules'), { recursive: true });
}

const driveCOf = (machine: string) => join(machine, 'prefix', 'drive_c');

/** Long because: its functions share one machine. */
function machineIn(machine: string, remove: () => Promise<void>): Wine {
  const { nodeExe } = inject('wine');
  const env = wineEnvironment(machine);
  const driveC = driveCOf(machine);
  const outputs: string[] = [];
  const countCrashes = () => outputs.filter((path) => saysCrash(readFileSync(path, 'utf8'))).length;
  let mendedCrashes = 0;
  const hasCrashed = () => countCrashes() > mendedCrashes;
  let isOn = false;
  const nextOutput = () => {
    const output = join(machine, `output-${outputs.length + 1}`);
    outputs.push(output);
    return output;
  };
  const start: Wine['start'] = (program, args, options = {}) => {
    if (!isOn) startServer(nextOutput(), env);
    isOn = true;
    return startProgram([program, ...args], nextOutput(), {
      cwd: options.cwd ?? driveC,
      env: { ...env, ...options.env },
      // The files of a machine that is off may have been removed.
      hasCrashed: () => isOn && hasCrashed(),
    });
  };
  const powerOff = async () => {
    const options = { env, extendEnv: false, stdio: 'ignore', reject: false } as const;
    const within = { timeout: SERVER_WITHIN_MS, killSignal: 'SIGKILL' } as const;
    await execa(WINESERVER, ['-k'], { ...options, ...within });
    await execa(WINESERVER, ['-w'], { ...options, ...within });
    isOn = false;
    // A server that crashed ends nothing: the programs of the machine live on, and one of them may
    // have started another server.
    const deadline = performance.now() + SERVER_WITHIN_MS;
    for (let left = await listPrograms(machine); left.length > 0; ) {
      for (const { pid } of left) endNow(pid);
      if (performance.now() > deadline) break;
      await delay(POLL_MS);
      left = await listPrograms(machine);
    }
    mendedCrashes = countCrashes();
  };
  const close = async () => {
    await powerOff();
    await remove();
  };
  let closed: Promise<void> | null = null;
  const wine: Wine = {
    driveC,
    nodeExe,
    toWindows: (path) => toWindows(path, driveC),
    start,
    run: (program, args, options) => start(program, args, options).ended,
    runCases: (file, more) => runCases(wine, file, more),
    programs: () => listPrograms(machine),
    hasCrashed,
    powerOff,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
  return wine;
}

/**
 * Starts the server of the machine. If it crashes, its last words are in the file.
 *
 * Linux runs it before all other programs, if this user may ask for that. While other programs used
 * both cores, the server crashed in more than half of the cases in which nested jobs ended: it read
 * a job, or a process, that it had freed. As a program of real time it crashes less often.
 */
function startServer(outputPath: string, env: Readonly<Record<string, string>>): void {
  const output = openSync(outputPath, 'a');
  const options = { env, stdio: ['ignore', output, output] } satisfies SpawnSyncOptions;
  const stays = `-p${SERVER_STAYS_S}`;
  const first = spawnSync('chrt', ['--fifo', '1', WINESERVER, stays], options);
  if (first.status !== 0) withHigherPriority(() => spawnSync(WINESERVER, [stays], options));
  closeSync(output);
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has ended meanwhile.
  }
}

async function copyMachine(from: string, to: string): Promise<void> {
  // Hard links are not possible across two disks; there, the files are copied.
  const linked = await execa('cp', ['-al', join(from, 'prefix'), to], { reject: false });
  if (linked.failed) await execa('cp', ['-a', join(from, 'prefix'), to]);
  for (const name of await readdir(join(from, 'prefix'))) {
    if (!name.endsWith('.reg')) continue;
    await rm(join(to, 'prefix', name));
    await copyFile(join(from, 'prefix', name), join(to, 'prefix', name));
  }
  for (const name of ['home', 'run']) await mkdir(join(to, name));
}

function toWindows(path: string, driveC: string): string {
  const below = relative(driveC, path);
  const place = below.startsWith('..') ? `Z:${path}` : `C:\\${below}`;
  return place.replaceAll('/', '\\');
}

/**
 * The pid and the file name of each program that runs on a machine. They come from the process
 * table of Linux, so they do not depend on Wine or on Renderdeck.
 */
async function listPrograms(machine: string): Promise<{ pid: number; name: string }[]> {
  const mark = `WINEPREFIX=${wineEnvironment(machine).WINEPREFIX}`;
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const seen = await Promise.all(
    pids.map(async (pid) => {
      const [environment, name] = await Promise.all([read(pid, 'environ'), read(pid, 'comm')]);
      return environment.split('\0').includes(mark) ? [{ pid, name: name.trim() }] : [];
    }),
  );
  return seen.flat();
}

/** Returns an empty text when the process has ended meanwhile. */
function read(pid: number, file: 'environ' | 'comm'): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
}

const LOOK_EVERY_MS = 500;
/** By how much the nice value is lowered. */
const NICE_STEPS = 10;

/**
 * Starts a program of Windows. Its output goes to a file. The program is killed once the server
 * has said that it crashed, or once its first thread has ended: after a crash, its other threads
 * would wait for ever. No program of the tests goes on without its first thread.
 */
function startProgram(
  command: readonly string[],
  outputPath: string,
  {
    cwd,
    env,
    hasCrashed,
  }: { cwd: string; env: Readonly<Record<string, string>>; hasCrashed: () => boolean },
): WineProcess {
  const output = openSync(outputPath, 'a');
  const child = withHigherPriority(() =>
    spawn(WINE, command, { cwd, env: { ...env }, stdio: ['ignore', output, output] }),
  );
  closeSync(output);
  const said = () => readFileSync(outputPath, 'utf8');
  const look = setInterval(async () => {
    if (hasCrashed() || (await hasNoFirstThread(child.pid ?? 0))) child.kill('SIGKILL');
  }, LOOK_EVERY_MS);
  return {
    pid: child.pid ?? 0,
    said,
    ended: new Promise<{ code: number | null; output: string }>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve({ code, output: said() }));
    }).finally(() => clearInterval(look)),
  };
}

/** Reads the process table of Linux, where such a process is a zombie (state Z). */
async function hasNoFirstThread(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) Z /.test(stat);
}

/**
 * Starts a program with a higher priority, if this user may do that. When other programs used all
 * cores, Wine's server crashed in half of the cases in which a process tree ended.
 */
function withHigherPriority<Started>(start: () => Started): Started {
  const usual = getPriority();
  try {
    setPriority(usual - NICE_STEPS);
  } catch {
    return start();
  }
  try {
    return start();
  } finally {
    setPriority(usual);
  }
}
