import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs promtool with this input. Returns what it says; throws with that if it finds a fault. */
export async function runPromtool(
  args: readonly string[],
  { cwd, input = '' }: { readonly cwd?: string; readonly input?: string } = {},
): Promise<string> {
  const running = run('promtool', args, { cwd });
  running.child.stdin?.on('error', () => undefined).end(input);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}

/** Whether this machine has no promtool. */
export async function isPromtoolMissing(): Promise<boolean> {
  const places = (process.env.PATH ?? '').split(delimiter).map((path) => join(path, 'promtool'));
  const found = await Promise.allSettled(places.map((place) => access(place, constants.X_OK)));
  return found.every(({ status }) => status === 'rejected');
}
