// @ts-check
/**
 * A program of a render that the system or another program ended. The kernel counts what it ends
 * for want of memory: for each memory cgroup, and for the whole host (Linux only). The daemon and
 * the render are in one such cgroup, or one below the other, so each reads its own.
 */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

const { dirname, join } = posix;

/**
 * How many programs the kernel has ended for want of memory, in the nearest memory cgroup and on
 * the host. Null where it does not tell.
 *
 * @typedef {{ group: number | null, host: number | null }} MemoryKills
 */

/** A program that sends itself these has crashed. Any other signal comes from outside. */
const CRASHES = ['SIGSEGV', 'SIGABRT', 'SIGIOT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS'];

/** @param {string} signal */
export function isFromOutside(signal) {
  return !CRASHES.includes(signal) && signal !== 'SIGPIPE';
}

/** @param {(path: string) => string} read gives nothing where a file is not there */
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

/** True where the kernel has ended a program of the same memory cgroup since then. */
export function wasMemoryShort(/** @type {MemoryKills} */ before) {
  return isMore(countMemoryKills().group, before.group);
}

/**
 * What ended a program, as a sentence.
 *
 * @param {string} program @param {string} signal
 * @param {MemoryKills} before the counts from before its start
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
 * The counts of a cgroup v2 are those of all below it.
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
  // A container sees its own cgroup as the mount itself.
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
    return ''; // Another system, or a kernel or a container that does not tell it.
  }
}
