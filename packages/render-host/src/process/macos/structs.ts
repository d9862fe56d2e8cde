/*
 * The structs that libproc of macOS fills, and the buffer of KERN_PROCARGS2, as bytes. The offsets
 * are those of Apple's headers for 64-bit programs, bsd/sys/proc_info.h and proc_info_private.h.
 * The private header says that the two structs taken from it are API.
 */

/** What proc_pidinfo is asked for: the flavor, and the size of the struct that it fills. */
export const SHORT_INFO = { flavor: 13, size: 64 } as const; // struct proc_bsdshortinfo
export const BSD_INFO = { flavor: 3, size: 136 } as const; // struct proc_bsdinfo
export const UNIQUE_IDS = { flavor: 17, size: 56 } as const; // struct proc_uniqidentifierinfo
export const COALITIONS = { flavor: 20, size: 40 } as const; // struct proc_pidcoalitioninfo
export type Flavor = { readonly flavor: number; readonly size: number };

const COMM_LENGTH = 16;
const NAME_LENGTH = 32;

/** Every user may read this of every process. */
export function parseShortInfo(info: Buffer) {
  return {
    pid: info.readUInt32LE(0),
    parentPid: info.readUInt32LE(4),
    groupId: info.readUInt32LE(8),
    state: nameState(info.readUInt32LE(12)),
    name: readText(info, 16, COMM_LENGTH),
  };
}

/** Only the same user and root may read this of a process. */
export function parseBsdInfo(info: Buffer) {
  const name = readText(info, 64, NAME_LENGTH);
  return {
    name: name === '' ? readText(info, 48, COMM_LENGTH) : name,
    startedAtMs: Number(info.readBigUInt64LE(120)) * 1000 + Number(info.readBigUInt64LE(128)) / 1e3,
  };
}

/**
 * Ids that one boot never gives twice. They grow with each fork, and an exec keeps them. The
 * parent's id is that of the process that forked this one, even if that process has ended; an exec
 * of this process after that replaces it by the id of its current parent. A version is new with
 * each fork and exec. The parent's version is the one that it had at the fork; nothing replaces it.
 */
export function parseUniqueIds(info: Buffer) {
  return {
    uniqueId: String(info.readBigUInt64LE(16)),
    parentUniqueId: String(info.readBigUInt64LE(24)),
    version: info.readInt32LE(32),
    parentVersion: info.readInt32LE(36),
  };
}

/** The resource coalition: all processes that launchd or one application has started. */
export function parseCoalition(info: Buffer): string {
  return String(info.readBigUInt64LE(0));
}

/**
 * The environment from a buffer of KERN_PROCARGS2, in the form of a Linux `environ` file; empty
 * when the kernel left it out. The buffer contains the number of arguments, the path of the
 * program, zeros up to a word, the arguments and the environment.
 */
export function takeEnvironment(args: Buffer): string {
  if (args.length < 4) return '';
  let at = args.indexOf(0, 4);
  while (at >= 0 && at < args.length && args[at] === 0) at += 1;
  for (let left = args.readInt32LE(0); left > 0 && at >= 0; left--) {
    const end = args.indexOf(0, at);
    at = end < 0 ? -1 : end + 1;
  }
  return at < 0 ? '' : args.toString('latin1', at);
}

/** Gives `p_stat` as the letter that ps prints. An unknown number counts as running. */
function nameState(status: number): string {
  return { 1: 'I', 2: 'R', 3: 'S', 4: 'T', 5: 'Z' }[status] ?? 'R';
}

function readText(info: Buffer, at: number, length: number): string {
  const end = info.indexOf(0, at);
  return info.toString('utf8', at, end < 0 ? at + length : Math.min(end, at + length));
}
