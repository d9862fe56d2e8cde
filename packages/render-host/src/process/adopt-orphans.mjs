// @ts-check
import { readdirSync, readFileSync } from 'node:fs';

const PR_SET_CHILD_SUBREAPER = 36;

/** After this call, an orphan among our descendants becomes our child and not a child of pid 1. */
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

/** Our living children, with adopted ones and with those that /proc hides from us. */
export function listChildren() {
  const shown = listFolders('/proc').filter((name) => isLivingChild(name, false));
  // While children end, the kernel leaves some out of this list, so it is not the only source.
  const told = listFolders('/proc/self/task').flatMap((thread) =>
    (read(`/proc/self/task/${thread}/children`) ?? '').split(' '),
  );
  const living = told.filter((name) => /^\d+$/.test(name) && isLivingChild(name, true));
  return [...new Set([...shown, ...living])].map(Number);
}

/**
 * @param {string} name
 * @param {boolean} isChild whether the kernel lists it: then it lives, even if we may not read it
 */
function isLivingChild(name, isChild) {
  const stat = read(`/proc/${name}/stat`);
  if (stat === null) return isChild && hasProcess(Number(name));
  const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(parentPid) === process.pid && state !== 'Z' && state !== 'X';
}

/** @param {string} path */
function listFolders(path) {
  return readdirSync(path).filter((name) => /^\d+$/.test(name));
}

/** Null when the process has ended, or when we may not read it. @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** @param {number} pid */
function hasProcess(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
