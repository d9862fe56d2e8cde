/*
 * A Windows machine of its own for a test file.
 *
 * 1. It is a copy of the prepared machine by hard links, which takes some milliseconds. Only its
 *    registry is copied: Wine writes into a file of several names, and would change all machines.
 * 2. It has a wineserver of its own: no process of another machine is in its process table.
 * 3. Output of a program goes to a file. With a pipe of Unix, node.exe dies.
 * 4. `close` ends all of its processes and removes its disk. Tests of a farm keep the scratch root
 *    on C:, because Wine shows a link of Unix as a folder and deletes what is behind it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { execa } from 'execa';
import { inject } from 'vitest';
import { runCases, saysCrash } from './run-cases.ts';
import type { Wine, WineProcess } from './wine.ts';
import { WINE, WINESERVER, wineEnvironment } from './wine-programs.ts';

/**
 * So long the server goes on without a program. By itself it ends after three seconds, and what a
 * busy test starts then finds another boot.
 */
const SERVER_STAYS_S = 60;
/** A server that hangs is killed then. */
const SERVER_WITHIN_MS = 30_000;
const POLL_MS = 20;

/**
 * Gives a machine. The project of the test needs the setup `global-setup.ts`.
 * Long because: its functions share one machine.
 */
export async function openWine(): Promise<Wine> {
  const template = inject('wine');
  const folder = await temporaryFolder('wine');
  const machine = folder.path;
  await copyMachine(template.machine, machine);
  const env = wineEnvironment(machine);
  const driveC = join(machine, 'prefix', 'drive_c');
  await mkdir(join(driveC, 'node_modules'), { recursive: true });
  await cp(template.nodeModules, join(driveC, 'node_modules'), { recursive: true });
  const outputs: string[] = [];
  const countCrashes = () => outputs.filter((path) => saysCrash(readFileSync(path, 'utf8'))).length;
  let mendedCrashes = 0;
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
    });
  };
  const powerOff = async () => {
    const options = { env, extendEnv: false, stdio: 'ignore', reject: false } as const;
    const within = { timeout: SERVER_WITHIN_MS, killSignal: 'SIGKILL' } as const;
    await execa(WINESERVER, ['-k'], { ...options, ...within });
    await execa(WINESERVER, ['-w'], { ...options, ...within });
    isOn = false;
    // Where the server had crashed, it ends nothing, its programs live on, and one of them may have
    // started another server.
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
    await folder.remove();
  };
  let closed: Promise<void> | null = null;
  const wine: Wine = {
    driveC,
    nodeExe: template.nodeExe,
    toWindows: (path) => toWindows(path, driveC),
    start,
    run: (program, args, options) => start(program, args, options).ended,
    runCases: (file, more) => runCases(wine, file, more),
    programs: () => listPrograms(machine),
    hasCrashed: () => countCrashes() > mendedCrashes,
    powerOff,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
  return wine;
}

/** Its last words, where it crashes, go to the file. */
function startServer(outputPath: string, env: Readonly<Record<string, string>>): void {
  const output = openSync(outputPath, 'a');
  aheadOfOthers(() =>
    spawnSync(WINESERVER, [`-p${SERVER_STAYS_S}`], { env, stdio: ['ignore', output, output] }),
  );
  closeSync(output);
}

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

async function copyMachine(from: string, to: string): Promise<void> {
  // Where hard links are not possible (another disk), the files are copied.
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
 * The file names of the programs that run on a machine, from the process table of Linux: neither
 * Wine nor Renderdeck is asked.
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

/** Nothing where the process has ended meanwhile. */
function read(pid: number, file: 'environ' | 'comm'): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');
}

const LOOK_EVERY_MS = 500;
/** Steps of the nice value. */
const AHEAD = 10;

/**
 * Starts a program of Windows, whose output goes to a file. It is killed once its first thread has
 * ended: where the server of Wine crashed, the others wait for it without end. No program of the
 * tests goes on without its first thread.
 */
function startProgram(
  command: readonly string[],
  outputPath: string,
  { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> },
): WineProcess {
  const output = openSync(outputPath, 'a');
  const child = aheadOfOthers(() =>
    spawn(WINE, command, { cwd, env: { ...env }, stdio: ['ignore', output, output] }),
  );
  closeSync(output);
  const said = () => readFileSync(outputPath, 'utf8');
  const look = setInterval(async () => {
    if (await hasNoFirstThread(child.pid ?? 0)) child.kill('SIGKILL');
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

/** By the process table of Linux. */
async function hasNoFirstThread(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /\) Z /.test(stat);
}

/**
 * What this starts goes before the other programs of this machine, where this user may decide that:
 * beside programs that burn all cores, the server of Wine crashed in one of two ends of a tree.
 */
function aheadOfOthers<Started>(start: () => Started): Started {
  const usual = getPriority();
  try {
    setPriority(usual - AHEAD);
  } catch {
    return start();
  }
  try {
    return start();
  } finally {
    setPriority(usual);
  }
}
