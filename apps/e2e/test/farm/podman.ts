/*
 * Podman in the place of Docker. Its images, containers and networks are in a folder of their own,
 * and Docker's own compose asks its socket, so a test runs the commands that people run.
 *
 * No registry of images can be reached. So the images are made of nothing and have no /usr: each
 * container sees the /usr of this machine, read-only, with its Node, PostgreSQL and Caddy.
 *
 * Read first: openPodman, then images/Containerfile.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  mkdir,
  readdir,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { runAlone } from '@renderdeck/worker/testing';
import { installScript } from './install-command.ts';

const NEEDED = ['podman', 'runc', 'nft', 'catatonit', 'docker-compose', 'caddy'] as const;
/** Where Debian has the programs that root's PATH may lack. */
const MORE_PATHS = '/usr/libexec/docker/cli-plugins:/usr/libexec/podman:/usr/sbin';
const IMAGES = fileURLToPath(new URL('images/', import.meta.url));
/** The one image that the others are made of. */
const BASE = 'localhost/base';

export type Podman = {
  readonly folder: string;
  /** Commands for the shell are here. */
  readonly bin: string;
  /** Runs a block in a shell that keeps its variables and its folder. `docker` is podman there. */
  shell(block: string): Promise<string>;
  /** Runs podman itself, and returns the lines that it printed. */
  podman(...args: readonly string[]): Promise<readonly string[]>;
  /** Builds the images that compose.yaml takes in the place of the official ones. */
  buildServers(): Promise<void>;
  /** Ends and removes all containers. */
  close(): Promise<void>;
};
type Run = (...command: readonly [string, ...string[]]) => Promise<string>;

/** Returns which program of compose.yaml is missing here, or null if all are installed. */
export async function findPodmanProblem(): Promise<string | null> {
  const postgres = await findSystemPostgres();
  if (typeof postgres === 'string') return postgres;
  if (process.getuid?.() !== 0) return 'it takes root';
  if (![process.execPath, postgres.bin].every((path) => path.startsWith('/usr/')))
    return 'Node or PostgreSQL is not in /usr';
  const look = 'for name; do command -v "$name" >/dev/null || echo "$name"; done';
  const { stdout } = await runAlone('/', ['sh', '-c', look, 'sh', ...NEEDED], {
    PATH: `${process.env.PATH}:${MORE_PATHS}`,
  });
  return stdout === '' ? null : `not installed: ${stdout.replaceAll('\n', ', ')}`;
}

/** Opens podman, with the image from which all others are built. Throws if no container runs. */
export async function openPodman(): Promise<Podman> {
  const { path: folder, remove } = await temporaryFolder('podman');
  const at = (name: string) => join(folder, name);
  const env = environmentIn(at);
  const run: Run = async (...command) => {
    const { exitCode, stdout, stderr } = await runAlone(folder, command, env);
    if (exitCode !== 0) throw new Error(`${command.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const podman = async (...args: readonly string[]) =>
    (await run('podman', ...args)).split('\n').filter(Boolean);
  for (const name of ['bin', 'tmp', 'root']) await mkdir(at(name));
  await writeSettings(at);
  await writeFile(at('shell'), `cd ${folder}\n`);
  const service = spawn('podman', ['system', 'service', '--time=0', env.DOCKER_HOST], {
    env,
    stdio: 'ignore',
  });
  const health = new AbortController();
  const checks = runHealthChecks(podman, health.signal);
  const close = async () => {
    health.abort();
    await checks;
    await podman('rm', '--all', '--force', '--time=0').catch(() => []);
    if (service.kill()) await once(service, 'exit');
    await remove();
  };
  try {
    await tryBase(at, run, podman);
    await waitFor(() => stat(at('podman.sock')));
  } catch (error) {
    await close();
    throw error;
  }
  const shell = (block: string) => {
    // Without the shell's own variables, which nobody may set.
    const own = `sed '/^declare -[a-z]*r/d'`;
    const keep = `{ export -p | ${own}; printf 'cd %q\\n' "$PWD"; } >${at('shell')}`;
    const script = `exec </dev/null; . ${at('shell')}; ${block}\n${keep}`;
    return run('bash', '-aeuo', 'pipefail', '-c', script);
  };
  return { folder, bin: at('bin'), shell, podman, buildServers: () => buildServers(run), close };
}

function environmentIn(at: (name: string) => string) {
  return {
    // npm and podman may need the proxy of this machine.
    ...ownEnvironment(),
    PATH: `${at('bin')}:${process.env.PATH}:${MORE_PATHS}`,
    HOME: at(''),
    TMPDIR: at('tmp'),
    CONTAINERS_CONF: at('containers.conf'),
    CONTAINERS_STORAGE_CONF: at('storage.conf'),
    // Only this format has health checks.
    BUILDAH_FORMAT: 'docker',
    DOCKER_HOST: `unix://${at('podman.sock')}`,
    POSTGRES_IMAGE: 'localhost/postgres',
    CADDY_IMAGE: 'localhost/caddy',
  };
}

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).map(([name, value = '']) => [name, value]));
}

/** The settings of podman, and the command `docker`. */
async function writeSettings(at: (name: string) => string): Promise<void> {
  await writeFile(
    at('containers.conf'),
    `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
log_driver = "k8s-file"
mounts = ["type=bind,source=/usr,destination=/usr,ro=true"]
[engine]
cgroup_manager = "cgroupfs"
compat_api_enforce_docker_hub = false
events_logger = "file"
exit_command_delay = 5
runtime = "runc"
tmp_dir = "${at('state')}"
[network]
network_backend = "netavark"
network_config_dir = "${at('networks')}"
`,
  );
  await writeFile(
    at('storage.conf'),
    `[storage]
graphroot = "${at('storage')}"
runroot = "${at('run')}"
`,
  );
  const build =
    'podman build --pull=never --isolation=chroot --network=host --volume=/usr:/usr:ro ' +
    `--ulimit=nofile=20000:20000 --ulimit=nproc=20000:20000 --build-arg=BASE=${BASE}`;
  const docker = `case $1 in
  compose) shift; exec docker-compose "$@" ;;
  build) shift; exec ${build} "$@" ;;
esac
exec podman "$@"`;
  await installScript(at('bin'), 'docker', docker);
}

/** Makes the image, and runs a container that has all that those of compose.yaml have. */
async function tryBase(
  at: (name: string) => string,
  run: Run,
  podman: Podman['podman'],
): Promise<void> {
  const names = '{{.Host.NetworkBackendInfo.DNS.Path}}';
  if ((await podman('info', '--format', names)).length === 0)
    throw new Error('aardvark-dns is not installed');
  await writeRoot(at('root'));
  await run('tar', '--create', '--file', at('root.tar'), '--directory', at('root'), '.');
  const path = `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin`;
  await podman('import', '--change', `ENV PATH=${path}`, at('root.tar'), BASE);
  const options = ['--rm', '--init', '--read-only', '--network=bridge', '--publish=127.0.0.1::1'];
  await podman('run', ...options, BASE, 'true');
}

async function buildServers(run: Run): Promise<void> {
  const postgres = await findSystemPostgres();
  if (typeof postgres === 'string') throw new Error(postgres);
  for (const name of ['postgres', 'caddy']) {
    const from = ['--file', join(IMAGES, 'Containerfile'), '--target', name];
    const to = ['--tag', `localhost/${name}`, `--build-arg=PROGRAMS=${postgres.bin}`];
    await run('docker', 'build', ...from, ...to, IMAGES);
  }
}

/** A root file system without /usr. */
async function writeRoot(root: string): Promise<void> {
  const at = (name: string) => join(root, name);
  for (const name of ['dev', 'etc', 'opt', 'proc', 'root', 'run', 'srv', 'sys', 'usr', 'var/lib'])
    await mkdir(at(name), { recursive: true });
  await mkdir(at('tmp'));
  await chmod(at('tmp'), 0o1777);
  // `/bin` and others are links into /usr, and `/var/run` into /run.
  for (const name of await readdir('/')) {
    const target = await readlink(join('/', name)).catch(() => '');
    if (/^\/?usr\//.test(target)) await symlink(target, at(name));
  }
  await symlink('/run', at('var/run'));
  await writeFile(
    at('etc/passwd'),
    'root:x:0:0::/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n',
  );
  await writeFile(at('etc/group'), 'root:x:0:\npostgres:x:999:\n');
  await writeFile(at('etc/nsswitch.conf'), 'hosts: files dns\n');
  // npm asks the registry of this machine, and trusts the same certificates.
  const npm = async (name: string) =>
    (await runAlone('/', ['npm', 'config', 'get', name], ownEnvironment())).stdout;
  const [registry, cafile] = await Promise.all([npm('registry'), npm('cafile')]);
  const settings = [`registry=${registry}`];
  if (isAbsolute(cafile)) {
    await copyFile(cafile, at('etc/certificates.pem'));
    settings.push('cafile=/etc/certificates.pem');
  }
  await writeFile(at('root/.npmrc'), `${settings.join('\n')}\n`);
}

/** Runs the health checks, as the timers of systemd do where it runs. */
async function runHealthChecks(podman: Podman['podman'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const starting = await podman('ps', '--quiet', '--filter=health=starting').catch(() => []);
    // A check that fails says so by its exit code. It is made again.
    for (const id of starting) await podman('healthcheck', 'run', id).catch(() => []);
    await setTimeout(1000, undefined, { signal }).catch(() => undefined);
  }
}
