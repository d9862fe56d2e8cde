/*
 * A separate machine for the walkthrough. A mount namespace has its own /etc, /opt, /srv and
 * /var/lib/renderdeck, which disappear afterwards. A program stands in for systemd.
 */
import { chmod, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@renderdeck/testing';
import { execa } from 'execa';

const HERE = dirname(fileURLToPath(import.meta.url));

export type Machine = {
  /** Runs a block in the reader's shell. Its variables and folder stay for the next block. */
  run(block: string): Promise<{ exitCode: number | undefined; output: string }>;
  /** The folder that the reader sees as /opt. */
  readonly opt: string;
  /** Returns the pid of the main process of a unit. */
  mainPid(unit: string): Promise<number>;
  /** Returns the folder of the cgroup of a unit. */
  cgroupOf(unit: string): string;
  logs(): Promise<string>;
  end(): Promise<void>;
};

/** Finds the mount point of cgroup v2. Null if there is none. */
export async function findCgroups(): Promise<string | null> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '');
  return /^\S+ (\S+) cgroup2 \S*\brw\b/m.exec(mounts)?.[1] ?? null;
}

export async function startMachine(folder: string, cgroups: string): Promise<Machine> {
  const cgroup = join(cgroups, `walkthrough-${process.pid}`);
  const at = (name: string) => join(folder, name);
  for (const name of ['etc', 'work', 'opt', 'srv', 'lib', 'state', 'bin', 'tmp'])
    await mkdir(at(name));
  await mkdir(cgroup);
  await chmod(at('tmp'), 0o1777);
  await copyFile(join(HERE, 'systemctl'), at('bin/systemctl'));
  await writeFile(at('state/shell'), 'cd /\n');
  const holder = execa(
    'unshare',
    ['--mount', 'sh', '-ec', `${mounts(folder)}; echo ready; exec sleep infinity`],
    { reject: false, buffer: false },
  );
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const env = {
    PATH: `${at('bin')}:/opt/npm/bin:${dirname(process.execPath)}:${process.env.PATH}`,
    // `npm i -g` installs there.
    npm_config_prefix: '/opt/npm',
    WALK_STATE: at('state'),
    WALK_CGROUP: cgroup,
    WALK_TMP: at('tmp'),
    DATABASE_URL: '',
  };
  const run = async (block: string) => {
    await writeFile(at('state/block'), block);
    const shell = `set -aeu; . ${at('state/shell')}; . ${at('state/block')}
      { export -p; printf 'cd %q\\n' "$PWD"; } >${at('state/shell')}`;
    const args = [`--mount=/proc/${holder.pid}/ns/mnt`, 'bash', '-c', shell];
    const { exitCode, all } = await execa('nsenter', args, { env, reject: false, all: true });
    return { exitCode, output: all };
  };
  return {
    run,
    opt: at('opt'),
    mainPid: async (unit) => Number(await readFile(at(`state/${unit}.pid`), 'utf8')),
    cgroupOf: (unit) => join(cgroup, unit),
    async logs() {
      const names = (await readdir(at('state'))).filter((name) => name.endsWith('.log'));
      const texts = names.map(async (name) => `${name}:\n${await readFile(at(`state/${name}`))}`);
      return (await Promise.all(texts)).join('\n').slice(-6000);
    },
    async end() {
      const units = await readdir(cgroup, { withFileTypes: true });
      for (const unit of units.filter((entry) => entry.isDirectory()))
        await writeFile(at(`state/${unit.name}.stop`), '');
      await execa('sh', ['-c', `kill $(cat ${at('state/nginx.pid')})`], { reject: false });
      await writeFile(join(cgroup, 'cgroup.kill'), '1');
      await waitFor(async () =>
        /populated 0/.test(await readFile(join(cgroup, 'cgroup.events'), 'utf8')),
      );
      await execa('find', [cgroup, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
      holder.kill();
      await holder;
    },
  };
}

/** Returns the mounts that hide everything below these folders from the rest of the machine. */
function mounts(folder: string): string {
  return [
    'mount --make-rprivate /',
    `mount -t overlay etc -o lowerdir=/etc,upperdir=${folder}/etc,workdir=${folder}/work /etc`,
    `mount --bind ${folder}/opt /opt`,
    `mount --bind ${folder}/srv /srv`,
    // The default page of Debian listens on port 80, and its files belong to the real machine.
    'rm -f /etc/nginx/sites-enabled/default',
    `sed -i 's#/run/nginx.pid#${folder}/state/nginx.pid#; s#/var/log/nginx#${folder}/state#' ` +
      '/etc/nginx/nginx.conf 2>/dev/null || true',
    // The real machine may have a farm under /var/lib/renderdeck.
    `mkdir -p /var/lib/renderdeck && mount --bind ${folder}/lib /var/lib/renderdeck`,
  ].join('; ');
}
