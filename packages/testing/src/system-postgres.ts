/*
 * The PostgreSQL that is installed on this machine. It has pg_dump, psql and others, which the npm
 * package does not have. pg_dump refuses a newer server, so these tests use the installed server
 * too.
 */
import { execFile } from 'node:child_process';
import { access, chown, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort, findSystemUser, type SystemUser } from './system-user.ts';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'pg_ctl', 'pg_dump', 'pg_restore'] as const;
type Program = (typeof PROGRAMS)[number];

export type SystemPostgres = {
  /** The folder of the programs. */
  readonly bin: string;
  /** Starts a new cluster in an empty folder, with further settings of postgresql.conf. */
  startCluster(folder: string, settings?: Readonly<Record<string, string>>): Promise<SystemCluster>;
  /** Runs pg_dump or pg_restore. */
  run(program: 'pg_dump' | 'pg_restore', args: readonly string[]): Promise<void>;
  /**
   * Runs a shell script as the user of the servers, with their programs first in PATH. Throws what
   * it printed if a command of it fails.
   */
  runScript(script: string): Promise<string>;
};
export type SystemCluster = {
  readonly data: string;
  url(database: string): string;
  stop(): Promise<void>;
};

/** Finds the installed programs, or returns why a test cannot run here. */
export async function findSystemPostgres(): Promise<SystemPostgres | string> {
  const versions = await readdir(DEBIAN).catch((): string[] => []);
  const folders = versions.sort((a, b) => Number(b) - Number(a)).map((v) => join(DEBIAN, v, 'bin'));
  folders.push(...(process.env.PATH ?? '').split(delimiter));
  for (const folder of folders) {
    const found = PROGRAMS.map((program) => access(join(folder, program)));
    if (!(await Promise.allSettled(found)).every(({ status }) => status === 'fulfilled')) continue;
    const user = await findSystemUser();
    return user === null ? 'no user postgres' : programsIn(folder, user);
  }
  return 'pg_dump or its server is not installed';
}

function programsIn(bin: string, user: SystemUser): SystemPostgres {
  const start = async (program: Program, args: readonly string[]) =>
    void (await run(join(bin, program), args, { ...user, cwd: '/' }));
  return {
    bin,
    run: start,
    async runScript(script) {
      const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
      const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
        ...user,
        cwd: '/',
        env,
      });
      return stdout;
    },
    async startCluster(folder, settings = {}) {
      if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
      const data = join(folder, 'data');
      const port = await findFreePort();
      await start('initdb', ['-D', data, '-U', 'renderdeck', '-A', 'trust', '-E', 'UTF8', '-N']);
      const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...settings };
      const given = Object.entries(all).map(([name, value]) => `-c ${name}=${value}`);
      const options = [`-p ${port} -F`, ...given].join(' ');
      const log = join(folder, 'server.log');
      await start('pg_ctl', ['start', '-D', data, '-w', '-l', log, '-o', options]);
      return {
        data,
        url: (database) => `postgres://renderdeck@127.0.0.1:${port}/${database}`,
        stop: () => start('pg_ctl', ['stop', '-D', data, '-w', '-m', 'fast']),
      };
    },
  };
}
