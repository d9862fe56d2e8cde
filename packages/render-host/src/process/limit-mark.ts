import { createHash } from 'node:crypto';

// How a limit marks a tree:
// 1. Every Linux process has a limit on file locks. The kernel does not enforce it since 2.4.
// 2. Every child inherits it. It survives a new session, a second fork, the death of the parent and
//    a wiped environment. Every user may read it.
// 3. So the launcher sets this limit to a number made from the tree marker. Each process with that
//    limit belongs to the tree.
// 4. A process may lower its limit, and root may raise it: it then has no mark in its limits. The
//    hard limit counts, because the soft one can be lowered alone.

const LEAST_MARK = 2 ** 48;
const LIMIT_LINE = /^Max file locks\s+\S+\s+(\d+)/m;

/** The limit that marks the tree with this tree marker; far above any limit in normal use. */
export function makeLimitMark(treeMarker: string): string {
  return String(createHash('sha256').update(treeMarker).digest().readUIntBE(0, 6) + LEAST_MARK);
}

/**
 * A command that sets the mark and then runs the given command under the same pid. dash calls the
 * limit `w`, bash calls it `x`.
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

/** The mark in the text of a `limits` file. */
export function findLimitMark(limits: string): string | null {
  return LIMIT_LINE.exec(limits)?.[1] ?? null;
}

/** Whether a process with these limits may have had a mark and has lowered its limit since. */
export function canHideMark(limits: string): boolean {
  const limit = Number(LIMIT_LINE.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  return limit < LEAST_MARK;
}
