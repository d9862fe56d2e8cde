/*
 * How a tree runs as another user (RENDERDECK_RENDER_USER, on Linux, by a worker that is root):
 *
 * 1. setpriv gives the launcher the id and the groups of that user, before any of our code runs in
 *    the tree, and no way to more rights (no_new_privs: no program that is setuid helps).
 * 2. The group of the tree is one that only this tree has. The kernel compares it: so a render of
 *    the same user can neither enter this one's scratch folder nor read its environment or memory.
 *    It may still signal it, because for signals only the user counts.
 * 3. Nothing in the tree can change that group. So it is a mark, too, and the only one that a
 *    program cannot remove.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readEnvironment } from '../nexrender/config.ts';

export type RenderUser = {
  readonly name: string;
  readonly uid: number;
  /** The user's own group. Its outputs belong to it. */
  readonly gid: number;
  readonly home: string;
};

/** Between the ranges that systemd uses for containers and for files of other systems. */
const FIRST_GROUP = 0x70_00_00_00;
const GROUPS = 2 ** 27;
/** The group of programs that run as the render user and are in no tree. */
export const NO_TREES_GROUP = FIRST_GROUP + GROUPS;

/** The group of the tree with this tree marker, where it runs as another user. */
export function makeTreeGroup(treeMarker: string): number {
  return FIRST_GROUP + (createHash('sha256').update(treeMarker).digest().readUInt32BE(6) % GROUPS);
}

/** A command that becomes this user in that group, and then runs the given one with its own pid. */
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

/** The user of this name, or a sentence that says why renders cannot run as it here. */
export async function findRenderUser(name: string): Promise<RenderUser | { problem: string }> {
  const refuse = (why: string) => ({ problem: `RENDERDECK_RENDER_USER=${name}: ${why}` });
  if (process.platform !== 'linux') return refuse('only on Linux renders run as another user.');
  const own = process.getuid?.();
  if (own !== 0)
    return refuse(
      `only a worker that runs as root can start renders as another user; this one is user ${own}.`,
    );
  const entry = await run('getent', ['passwd', '--', name]);
  const [found = '', , uid = '', gid = '', , home = ''] = entry.output.trim().split(':');
  if (!entry.ok || found === '') return refuse('this host has no such user.');
  const user = { name: found, uid: Number(uid), gid: Number(gid), home };
  if (user.uid === 0) return refuse('this user is root. Name one that can do less.');
  const trial = await runAs(user, ['true']);
  if (trial.ok) return user;
  return refuse(
    `no program can be started as this user: ${trial.output.trim()}. ` +
      'It takes setpriv of util-linux, and in a container all group ids.',
  );
}

/** Runs a short command as this user, in a group that no tree has. */
export async function runAs(
  user: RenderUser,
  command: readonly [string, ...string[]],
  longestMs?: number,
): Promise<{ ok: boolean; output: string }> {
  const [program, ...args] = becomeUser(user, NO_TREES_GROUP, command);
  return await run(program, args, longestMs);
}

function run(
  program: string,
  args: string[],
  timeout = 10_000,
): Promise<{ ok: boolean; output: string }> {
  // Our environment holds the password of the database.
  const env = { PATH: readEnvironment().PATH };
  const options = { cwd: '/', env, timeout, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({
        ok: error === null,
        output: error === null ? stdout : stderr || error.message,
      }),
    );
  });
}
