import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { getPriority, setPriority } from 'node:os';
import type { WineProcess } from './wine.ts';
import { WINE } from './wine-programs.ts';

const LOOK_EVERY_MS = 500;
/** Steps of the nice value. */
const AHEAD = 10;

/**
 * Starts a program of Windows, whose output goes to a file. It is killed once its first thread has
 * ended: where the server of Wine crashed, the others wait for it without end. No program of the
 * tests goes on without its first thread.
 */
export function startProgram(
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
