/* Real servers of FTP and SFTP for tests: Debian's ProFTPD and OpenSSH, without rights of root. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Access, OpenStore, Place } from '../../src/transfers/stores/store.ts';
import { waitUntil } from '../wait-until.ts';
import { makeCertificate } from './make-certificate.ts';
import { close, listen } from './serve.ts';

const PROGRAMS = { proftpd: '/usr/sbin/proftpd', sshd: '/usr/sbin/sshd' };
const MODULES = '/usr/lib/proftpd';
const { uid, username } = userInfo();
/** The user that runs the servers. */
const USER = uid === 0 ? 'nobody' : username;
const idOf = (what: string) => execFileSync('id', [what, USER], { encoding: 'utf8' }).trim();
const IDS = { uid: Number(idOf('-u')), gid: Number(idOf('-g')) };
export const PASSWORD = 'Geheim-4711';

/** Why no such server can run here, for the title of a test. Empty: it can. */
export const leftOut = [...Object.values(PROGRAMS), `${MODULES}/mod_tls.so`].flatMap((path) => {
  try {
    accessSync(path);
    return [];
  } catch {
    return [` (left out: there is no ${path})`];
  }
})[0];

export type FileServer = {
  readonly place: Place;
  readonly access: Access;
  /** The folder that a login begins in. Its folder `locked` allows no changes. */
  readonly home: string;
  stop(): Promise<void>;
};

export function placeOf(scheme: Place['scheme'], port: number, host = '127.0.0.1'): Place {
  return { scheme, host, port, bucket: '', key: '', region: null, endpoint: null };
}

/** Opens a store. Its notes are in `notes`. */
export async function open(
  openStore: OpenStore,
  { place, access }: Pick<FileServer, 'place' | 'access'>,
  signal = new AbortController().signal,
) {
  const notes: string[] = [];
  const onNote = (sentence: string) => void notes.push(sentence);
  return { ...(await openStore(place, access, { signal, onNote })), notes };
}

/** Serves FTP, and FTPS with the certificate `access.ca`. */
export async function startFtp(...more: string[]): Promise<FileServer> {
  const { folder, home } = makeFolders();
  const hash = execFileSync('openssl', ['passwd', '-6', PASSWORD], { encoding: 'utf8' }).trim();
  const users = join(folder, 'users');
  writeFileSync(users, `render:${hash}:${IDS.uid}:${IDS.gid}::${home}:/bin/false\n`, {
    mode: 0o600,
  });
  const { cert } = makeCertificate(folder);
  const port = await findFreePort();
  const config = [
    `ModulePath ${MODULES}`,
    ...['mod_xfer', 'mod_ls', 'mod_tls'].map((name) => `LoadModule ${name}.c`),
    ...['ServerType standalone', 'DefaultAddress 127.0.0.1', `Port ${port}`, 'UseIPv6 off'],
    ...[
      `User ${USER}`,
      `Group ${idOf('-gn')}`,
      `AuthUserFile ${users}`,
      'AuthOrder mod_auth_file.c',
      'AuthPAM off',
    ],
    ...['RequireValidShell off', 'UseFtpUsers off', 'UseReverseDNS off', 'WtmpLog none'],
    ...[`PidFile ${folder}/pid`, `ScoreboardFile ${folder}/scoreboard`, 'TransferLog none'],
    ...['ControlsEngine off', `SystemLog ${folder}/log`, 'AllowStoreRestart on'],
    ...['TLSEngine on', `TLSRSACertificateFile ${folder}/cert.pem`, 'TLSRequired off'],
    `TLSRSACertificateKeyFile ${folder}/key.pem`,
    ...(more.length === 0 ? ['AllowOverwrite on'] : more),
  ];
  writeFileSync(join(folder, 'conf'), `${config.join('\n')}\n`);
  const args = ['-n', '-q', '-c', join(folder, 'conf')];
  const stop = await start(PROGRAMS.proftpd, args, folder, port);
  const access = { user: 'render', password: PASSWORD, ca: cert };
  return { place: placeOf('ftp', port), access, home, stop };
}

/** Serves SFTP. `access` has a key with a passphrase and the fingerprint of the server. */
export async function startSftp(): Promise<FileServer> {
  const { folder, home } = makeFolders();
  const makeKey = (name: string, passphrase: string) => {
    const path = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-a', '1', '-f', path]);
    return path;
  };
  const [hostKey, userKey] = [makeKey('host', ''), makeKey('user', 'Wort-0815')];
  const shown = execFileSync('ssh-keygen', ['-l', '-f', hostKey], { encoding: 'utf8' });
  const port = await findFreePort();
  const config = [
    ...['ListenAddress 127.0.0.1', `Port ${port}`, `HostKey ${hostKey}`, 'PidFile none'],
    ...[`AuthorizedKeysFile ${userKey}.pub`, 'StrictModes no', 'UsePAM no'],
    ...['PasswordAuthentication no', 'Subsystem sftp internal-sftp'],
    ...[`ForceCommand internal-sftp -d ${home}`, 'PerSourcePenalties no'],
  ];
  writeFileSync(join(folder, 'conf'), `${config.join('\n')}\n`);
  const args = ['-D', '-e', '-f', join(folder, 'conf')];
  const stop = await start(PROGRAMS.sshd, args, folder, port);
  const access = {
    ...{ user: USER, passphrase: 'Wort-0815' },
    ...{ privateKey: readFileSync(userKey, 'utf8'), hostKeys: shown.split(' ').slice(1, 2) },
  };
  return { place: placeOf('sftp', port), access, home, stop };
}

function makeFolders() {
  const folder = mkdtempSync(join(tmpdir(), 'file-server-'));
  const home = join(folder, 'home');
  mkdirSync(join(home, 'locked'), { recursive: true });
  chmodSync(join(home, 'locked'), 0o555);
  return { folder, home };
}

async function start(program: string, args: string[], folder: string, port: number) {
  for (const path of execFileSync('find', [folder], { encoding: 'utf8' }).trim().split('\n'))
    chownSync(path, IDS.uid, IDS.gid);
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  const child = spawn(program, args, { ...IDS, cwd: '/', stdio: [...stdio] });
  const exited = once(child, 'exit');
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  await waitUntil(`${program} listens`, async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    const socket = connect(port, '127.0.0.1');
    const isConnected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return isConnected;
  });
  return async () => {
    child.kill();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
}

export async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}
