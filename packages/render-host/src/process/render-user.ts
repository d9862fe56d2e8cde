/*
 * How a tree runs as another user (RENDERDECK_RENDER_USER, on Linux, for a worker that is root):
 *
 * 1. setpriv gives the launcher the id and the groups of that user before any of our code runs in
 *    the tree. It also sets no_new_privs, so a setuid program gives no more rights.
 * 2. The tree has a group that no other tree has. The kernel checks this group, so another render
 *    of the same user cannot enter this scratch folder or read its environment or memory. It may
 *    still signal this tree, because only the user counts for signals.
 * 3. Nothing in the tree can change that group. So the group is a mark of the tree, and the only
 *    mark that a program cannot remove.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readEnvironment } from '../system/config.ts';

export type RenderUser = {
  readonly name: string;
  readonly uid: number;
  /** The user's own group. The outputs belong to this group. */
  readonly gid: number;
  readonly home: string;
};

/** This number is between the ranges of systemd for containers and for files of other systems. */
const FIRST_GROUP = 0x70_00_00_00;
const GROUPS = 2 ** 27;
/** The group of programs that run as the render user and belong to no tree. */
export const NO_TREES_GROUP = FIRST_GROUP + GROUPS;

/** The time limit of a short command, unless the caller names another one. */
export const RUNS_WITHIN_MS = 10_000;
const LONGEST_OUTPUT = 64 * 1024 * 1024;

/** The group of the tree with this tree marker, if the tree runs as another user. */
export function makeTreeGroup(treeMarker: string): number {
  return FIRST_GROUP + (createHash('sha256').update(treeMarker).digest().readUInt32BE(6) % GROUPS);
}

/** Makes a command that changes to this user and group and then runs the given command. */
export function becomeUser(
  { name }: RenderUser,
  group: number,
  command: readonly [string, ...string[]],
): [string, ...string[]] {
  return [
    'setpriv',
    `--reuid=${name}`,
    `--regid=${group}`,
    '--init-groups',
    '--inh-caps=-all',
    '--no-new-privs',
    '--',
    ...command,
  ];
}

/** The user of this name, or a sentence that says why renders cannot run as this user. */
export async function findRenderUser(name: string): Promise<RenderUser | { problem: string }> {
  const refuse = (why: string) => ({ problem: `RENDERDECK_RENDER_USER=${name}: ${why}` });
  if (process.platform !== 'linux') return refuse('only on Linux renders run as another user.');
  const own = process.getuid?.();
  if (own !== 0)
    return refuse(
      `only a worker that runs as root can start renders as another user; this one is user ${own}.`,
    );
  const entry = await run('getent', ['passwd', '--', name]);
  if (entry.late !== null) return refuse('this host does not say whether it has such a user.');
  const [found = '', , uid = '', gid = '', , home = ''] = entry.output.trim().split(':');
  if (!entry.ok || found === '') return refuse('this host has no such user.');
  const user = { name: found, uid: Number(uid), gid: Number(gid), home };
  if (user.uid === 0) return refuse('this user is root. Name one that can do less.');
  const trial = await runAs(user, ['true']);
  if (trial.ok) return user;
  const why = trial.late === null ? trial.output.trim() : 'setpriv does not answer';
  return refuse(
    `no program can be started as this user: ${why}. ` +
      'It takes setpriv of util-linux, and in a container all group ids.',
  );
}

type Ran = {
  readonly ok: boolean;
  readonly output: string;
  /** Only for a command that was killed at its limit: resolves when the kernel lets it end. */
  readonly late: Promise<void> | null;
};

/** Runs a short command as this user, with a group that no tree has. */
export async function runAs(
  user: RenderUser,
  command: readonly [string, ...string[]],
  longestMs?: number,
): Promise<Ran> {
  const [program, ...args] = becomeUser(user, NO_TREES_GROUP, command);
  return await run(program, args, longestMs);
}

function run(program: string, args: string[], withinMs = RUNS_WITHIN_MS): Promise<Ran> {
  // The environment of this process contains the password of the database.
  const options = { cwd: '/', env: { PATH: readEnvironment().PATH }, maxBuffer: LONGEST_OUTPUT };
  return new Promise((resolve) => {
    let said = '';
    let end = () => {};
    const ended = new Promise<void>((onEnd) => {
      end = onEnd;
    });
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      clearTimeout(timer);
      end();
      const output = error === null ? stdout : stderr || error.message;
      resolve({ ok: error === null, output, late: null });
    });
    child.stdout?.on('data', (chunk: string) => {
      said += chunk;
    });
    // A program that waits for a share ends only when the share answers. This call does not wait.
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      resolve({ ok: false, output: said, late: ended });
    }, withinMs);
  });
}
