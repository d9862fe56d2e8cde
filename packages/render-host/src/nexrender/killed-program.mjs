// @ts-check
/**
 * Explains the end of a render's program by the system or by another program. The kernel counts the
 * programs that it ends because memory is short: for each memory cgroup and for the whole host
 * (Linux only). The daemon and the render are in the same memory cgroup, or one is in a cgroup
 * below the other, so each process reads the counts of its own cgroup.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';

const { dirname, join } = posix;

/**
 * How many programs the kernel has ended because memory was short: in the nearest memory cgroup,
 * and on the host. Null when the system does not count them.
 *
 * @typedef {{ group: number | null, host: number | null }} MemoryKills
 */

/** A program that crashes gets one of these signals. Any other signal comes from outside. */
const CRASHES = ['SIGSEGV', 'SIGABRT', 'SIGIOT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'];

/** @param {string} signal */
export function isFromOutside(signal) {
  return !CRASHES.includes(signal) && signal !== 'SIGPIPE';
}

/**
 * How many thousandths of the memory limit the kernel adds to the size of a render's programs when
 * it chooses which program to end (`oom_score_adj`). Without it the kernel ends the largest
 * program, which may be the worker: it can end a second one before the first has freed its memory.
 */
const MEMORY_KILL_BONUS = 300;
/** The kernel takes no higher value. */
const MOST = 1000;

/** Makes the kernel end this process, and what it starts, before the worker. Linux only. */
export function preferForMemoryKill() {
  const file = '/proc/self/oom_score_adj';
  try {
    const ofWorker = Number(readFileSync(file, 'latin1'));
    writeFileSync(file, String(Math.min(ofWorker + MEMORY_KILL_BONUS, MOST)));
  } catch {
    // The system has no such file, or the container does not allow the change.
  }
}

/** @param {(path: string) => string} read returns an empty text for a file that does not exist */
export function countMemoryKills(read = readText) {
  const mounts = read('/proc/self/mountinfo').split('\n');
  const groups = read('/proc/self/cgroup').split('\n');
  const count = (/** @type {string} */ path) => findCount(read(path));
  /** @type {MemoryKills} */
  const counts = {
    group: countInV2(mounts, groups, count) ?? countInV1(mounts, groups, count),
    host: count('/proc/vmstat'),
  };
  return counts;
}

/** Whether the kernel has ended a program of the same memory cgroup since `before`. */
export function wasMemoryShort(/** @type {MemoryKills} */ before) {
  return isMore(countMemoryKills().group, before.group);
}

/**
 * Says in a sentence what ended a program.
 *
 * @param {string} program @param {string} signal
 * @param {MemoryKills} before the counts from before the program started
 */
export function explainKill(program, signal, before) {
  const now = countMemoryKills();
  if (signal === 'SIGKILL' && isMore(now.group, before.group))
    return `${program} was ended by the system, most likely out of memory (${signal}).`;
  const byWhom = `${program} was ended by another program or by the system (${signal})`;
  return signal === 'SIGKILL' && isMore(now.host, before.host)
    ? `${byWhom}, perhaps out of memory: the system has ended programs for that meanwhile.`
    : `${byWhom}.`;
}

/** @param {number | null} now @param {number | null} before */
function isMore(now, before) {
  return now !== null && before !== null && now > before;
}

/** @typedef {(path: string) => number | null} Count */

/**
 * In cgroup v2, the count of a group includes all groups below it.
 *
 * @param {string[]} mounts @param {string[]} groups @param {Count} count
 */
function countInV2(mounts, groups, count) {
  const mount = findMount(mounts, (type) => type === 'cgroup2');
  const own = groups.find((line) => line.startsWith('0::'))?.slice('0::'.length);
  if (mount === null || own === undefined) return null;
  for (let path = join(mount, own); path.startsWith(mount); path = dirname(path)) {
    const found = count(join(path, 'memory.events'));
    if (found !== null) return found;
  }
  return null;
}

/** @param {string[]} mounts @param {string[]} groups @param {Count} count */
function countInV1(mounts, groups, count) {
  const mount = findMount(mounts, (type, options) => type === 'cgroup' && isOfMemory(options));
  const own = groups.map((line) => line.split(':')).find(([, names = '']) => isOfMemory(names));
  if (mount === null || own === undefined) return null;
  const file = 'memory.oom_control';
  // In a container, the mount itself may be the own cgroup.
  return count(join(mount, own.slice(2).join(':'), file)) ?? count(join(mount, file));
}

/** @param {string} names */
function isOfMemory(names) {
  return names.split(',').includes('memory');
}

/**
 * @param {string[]} mounts the lines of mountinfo
 * @param {(type: string, options: string) => boolean} isIt
 */
function findMount(mounts, isIt) {
  for (const line of mounts) {
    const [before = '', after = ''] = line.split(' - ');
    const [type = '', , options = ''] = after.split(' ');
    const point = before.split(' ')[4];
    if (point !== undefined && isIt(type, options)) return point.replaceAll('\\040', ' ');
  }
  return null;
}

/** @param {string} text */
function findCount(text) {
  const [, count] = /^oom_kill (\d+)$/m.exec(text) ?? [];
  return count === undefined ? null : Number(count);
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // The system, the kernel or the container has no such file.
  }
}
