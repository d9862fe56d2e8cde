// @ts-check
import { readdirSync, readFileSync } from 'node:fs';

const PR_SET_CHILD_SUBREAPER = 36;

/** After this call, each orphan among our descendants becomes our child, not a child of pid 1. */
export async function adoptOrphans() {
  const { default: koffi } = await import('koffi');
  const prctl = koffi
    .load(null)
    .func(
      'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
    );
  const answer = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  if (answer !== 0)
    throw new Error(
      `prctl(PR_SET_CHILD_SUBREAPER) answered ${answer}: this launcher cannot adopt orphans.`,
    );
}

/** Our living children, adopted ones included. */
export function listChildren() {
  /** @type {number[]} */
  const children = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parentPid) === process.pid && state !== 'Z' && state !== 'X')
        children.push(Number(name));
    } catch {
      // It ended before we read it.
    }
  }
  return children;
}
