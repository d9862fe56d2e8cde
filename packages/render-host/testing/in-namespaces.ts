import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Whether this user may mount. Tries it in a namespace of its own, so nothing changes outside. */
export function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/** Empty when this user may make PID and mount namespaces; else the reason, for a test's name. */
export function whyNoNamespaces(): string {
  const mounts = ['mount', '-t', 'tmpfs', 'tmpfs', '/mnt'];
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', ...mounts], { stdio: 'pipe' });
    return '';
  } catch (error) {
    const [line] = String(error).trim().split('\n').slice(-1);
    return ` (left out: no namespaces here: ${line})`;
  }
}

/**
 * Runs a test program in new namespaces, after the shell command `prepare`. Returns the JSON value
 * that the program prints.
 */
export async function runInNamespaces(
  namespaces: readonly string[],
  program: URL,
  args: readonly string[],
  prepare = 'true',
): Promise<unknown> {
  const fork = namespaces.includes('--pid') ? ['--fork', '--kill-child'] : [];
  const command = [
    ...[process.execPath, '--import', import.meta.resolve('tsx'), fileURLToPath(program)],
    ...args,
  ];
  const { stdout } = await promisify(execFile)('unshare', [
    ...namespaces,
    ...fork,
    ...['sh', '-c', `${prepare} && exec "$@"`, 'sh'],
    ...command,
  ]);
  return JSON.parse(stdout);
}
