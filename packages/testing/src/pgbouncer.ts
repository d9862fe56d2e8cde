import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chown, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findFreePort, findSystemUser } from './system-user.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

const PROGRAM = '/usr/sbin/pgbouncer';
/** For the bench with thousands of hosts. The limit of open files may be lower. */
const MOST_CLIENTS = 19_000;

/** Returns why a test with PgBouncer cannot run here, or null if it can. */
export async function findPgbouncerProblem(): Promise<string | null> {
  if ((await findSystemUser()) === null) return 'no user postgres';
  return access(PROGRAM).then(
    () => null,
    () => 'PgBouncer is not installed',
  );
}

/**
 * Starts a PgBouncer in front of the server of the URL. It opens at most `size` connections for
 * each user: the user of the URL, and those of `others`.
 */
export async function startPgbouncer(
  databaseUrl: string,
  mode: 'session' | 'transaction',
  size: number,
  others: readonly string[] = [],
) {
  const folder = await temporaryFolder('pgbouncer');
  const far = new URL(databaseUrl);
  const port = await findFreePort();
  const [settings, users] = [join(folder.path, 'pgbouncer.ini'), join(folder.path, 'users')];
  const lines = [
    '[databases]',
    `* = host=${far.hostname} port=${far.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = trust',
    `auth_file = ${users}`,
    `pool_mode = ${mode}`,
    `default_pool_size = ${size}`,
    `max_client_conn = ${MOST_CLIENTS}`,
    'ignore_startup_parameters = extra_float_digits',
  ];
  await writeFile(settings, `${lines.join('\n')}\n`);
  const known = [far, ...others.map((url) => new URL(url))].map(
    ({ username, password }) => `"${username}" "${decodeURIComponent(password)}"\n`,
  );
  await writeFile(users, known.join(''));
  const user = await findSystemUser();
  for (const path of [folder.path, settings, users])
    if (user?.uid !== undefined && user.gid !== undefined) await chown(path, user.uid, user.gid);
  const start = () => startProgram(settings, port, user);
  let running: ChildProcess | null = await start();
  const kill = async () => {
    if (running === null) return;
    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
    running = null;
  };
  return {
    url: Object.assign(new URL(far), { hostname: '127.0.0.1', port: String(port) }).href,
    pid: () => running?.pid ?? 0,
    kill,
    /** Starts it again, after `kill`. */
    async startAgain(): Promise<void> {
      running = await start();
    },
    async stop(): Promise<void> {
      await kill();
      await folder.remove();
    },
  };
}

/** Resolves when it accepts connections. */
async function startProgram(
  settings: string,
  port: number,
  user: Awaited<ReturnType<typeof findSystemUser>>,
): Promise<ChildProcess> {
  const child = spawn(PROGRAM, [settings], { ...user, cwd: '/', stdio: 'ignore' });
  await waitFor(async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
    return true;
  });
  return child;
}
