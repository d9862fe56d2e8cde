/*
 * The structs that macOS's libproc fills, and the buffer of KERN_PROCARGS2, as bytes. Offsets are
 * those of Apple's headers for 64-bit programs, bsd/sys/proc_info.h and proc_info_private.h. The
 * two of the private header say there that they are API.
 */

/** What to ask proc_pidinfo for: its flavor, and the size of the struct that it fills. */
export const SHORT_INFO = { flavor: 13, size: 64 } as const; // struct proc_bsdshortinfo
export const BSD_INFO = { flavor: 3, size: 136 } as const; // struct proc_bsdinfo
export const UNIQUE_IDS = { flavor: 17, size: 56 } as const; // struct proc_uniqidentifierinfo
export const COALITIONS = { flavor: 20, size: 40 } as const; // struct proc_pidcoalitioninfo
export type Flavor = { readonly flavor: number; readonly size: number };

const COMM_LENGTH = 16;
const NAME_LENGTH = 32;

/** Readable for every process, whoever its user is. */
export function parseShortInfo(info: Buffer) {
  return {
    pid: info.readUInt32LE(0),
    parentPid: info.readUInt32LE(4),
    groupId: info.readUInt32LE(8),
    state: nameState(info.readUInt32LE(12)),
    name: readText(info, 16, COMM_LENGTH),
  };
}

/** Readable for processes of the same user, and for root. */
export function parseBsdInfo(info: Buffer) {
  const name = readText(info, 64, NAME_LENGTH);
  return {
    name: name === '' ? readText(info, 48, COMM_LENGTH) : name,
    startedAtMs: Number(info.readBigUInt64LE(120)) * 1000 + Number(info.readBigUInt64LE(128)) / 1e3,
  };
}

/**
 * Ids that one boot never gives twice; they grow with each fork and stay through an exec. The
 * parent's is that of the process that forked this one, also when that has ended since. An exec
 * after that replaces it by the id of the current parent. A version is new with each fork and exec;
 * that of the parent is the one it had at the fork, and nothing replaces it.
 */
export function parseUniqueIds(info: Buffer) {
  return {
    uniqueId: String(info.readBigUInt64LE(16)),
    parentUniqueId: String(info.readBigUInt64LE(24)),
    version: info.readInt32LE(32),
    parentVersion: info.readInt32LE(36),
  };
}

/** The resource coalition: all that launchd, or one application, started. */
export function parseCoalition(info: Buffer): string {
  return String(info.readBigUInt64LE(0));
}

/**
 * The environment in a buffer of KERN_PROCARGS2, as the strings of a Linux `environ`; empty where
 * the kernel left it out. The buffer holds the number of arguments, the path of the program, zeros
 * up to a word, the arguments and the environment.
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

/** `p_stat` as the letter that ps prints for it. A new number counts as running. */
function nameState(status: number): string {
  return { 1: 'I', 2: 'R', 3: 'S', 4: 'T', 5: 'Z' }[status] ?? 'R';
}

function readText(info: Buffer, at: number, length: number): string {
  const end = info.indexOf(0, at);
  return info.toString('utf8', at, end < 0 ? at + length : Math.min(end, at + length));
}
