import { createHash } from 'node:crypto';

// How a limit marks a tree:
// 1. Every Linux process has a limit on file locks. The kernel has not enforced it since 2.4.
// 2. Every child inherits the limit. A new session, a second fork, the death of the parent and an
//    empty environment do not change it. Every user may read it.
// 3. So the launcher sets this limit to a number that is made from the tree marker. A process that
//    has this limit belongs to the tree.
// 4. A process may lower its limit, and root may raise it: then it has no such mark. Only the hard
//    limit counts, because a process can lower the soft limit alone.

const LEAST_MARK = 2 ** 48;
const LIMIT_LINE = /^Max file locks\s+\S+\s+(\d+)/m;

/** The limit that marks the tree with this tree marker. It is far above any limit in real use. */
export function makeLimitMark(treeMarker: string): string {
  return String(createHash('sha256').update(treeMarker).digest().readUIntBE(0, 6) + LEAST_MARK);
}

/**
 * Makes a command that sets the mark and then runs the given command with the same pid. dash calls
 * this limit `w`, bash calls it `x`.
 */
export function takeLimitMark(
  treeMarker: string,
  command: readonly [string, ...string[]],
): [string, ...string[]] {
  const mark = makeLimitMark(treeMarker);
  return [
    '/bin/sh',
    '-c',
    `ulimit -w ${mark} 2>/dev/null || ulimit -x ${mark} 2>/dev/null; exec "$@"`,
    'sh',
    ...command,
  ];
}

/** Finds the mark in the text of a `limits` file. */
export function findLimitMark(limits: string): string | null {
  return LIMIT_LINE.exec(limits)?.[1] ?? null;
}

/** Whether a process with these limits may have had a mark and has lowered its limit since. */
export function canHideMark(limits: string): boolean {
  const limit = Number(LIMIT_LINE.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  return limit < LEAST_MARK;
}
