import { createHash } from 'node:crypto';

// Linux lets every process carry a limit on file locks that it has not enforced since 2.4. The limit is inherited by every child,
// outlives a new session, a second fork, the death of the parent and a wiped environment, and anybody may read it. So the launcher
// takes a number made from the tree marker as that limit, and the whole tree is known by it.

const LIMIT_LINE = /^Max file locks\s+(\d+)/m;

/** The number that marks the tree with this tree marker; far above any limit that somebody would set. */
export function makeLimitMark(treeMarker: string): string {
  return String(createHash('sha256').update(treeMarker).digest().readUIntBE(0, 6) + 2 ** 48);
}

/** The command that takes the mark and then becomes the given one, under the same pid. `w` is dash's letter for the limit, `x` bash's. */
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
