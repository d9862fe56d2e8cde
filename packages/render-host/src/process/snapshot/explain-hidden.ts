/*
 * Finds whether /proc shows this process every process of its PID namespace (proc(5)):
 *
 * 1. The mount option `hidepid` hides processes that this process may not trace: those of other
 *    users, and those of its own user whose memory nobody may read (a program of mode 0711,
 *    ssh-agent). Older kernels show the option as a number (1, 2, 4), newer ones as a name.
 * 2. CAP_SYS_PTRACE lifts `hidepid`. So does the group of the option `gid` (default: root's),
 *    except for 4 (`ptraceable`). Both count only outside of user namespaces: inside one they hold
 *    for only some of the processes.
 * 3. `subset=pid` removes /proc/stat, where the kernel counts new processes.
 * 4. A mount over an entry hides the entry and all below it.
 */
import { closeSync, openSync } from 'node:fs';
import { hasProcess } from '../send-signal.ts';
import { readProcFile } from './read-proc-file.ts';

/** The rights of this process that lift `hidepid`. */
export type Rights = { readonly mayTrace: boolean; readonly groups: readonly number[] };

const CAP_SYS_PTRACE = 19n;
const FIRST_USER_NAMESPACE = /^\s*0\s+0\s+4294967295\s*$/;
const SHOWS_ALL = ['0', 'off'];
const IGNORES_GROUP = ['4', 'ptraceable'];
/** The entries that a listing reads. Containers may mask the rest of /proc. */
const ENTRY = /^\/proc\/(\d+|self|thread-self|stat|loadavg)(\/|$)/;
/** LXCFS passes on the lines that a listing reads. */
const LXCFS = 'fuse.lxcfs';

/** Why /proc may not show a living process, as a sentence; null when it shows all. */
export function explainHidden(): string | null {
  if (process.platform !== 'linux') return null;
  const why = explainMounts(readProcFile('/proc/self/mountinfo') ?? '', readMountId(), readRights);
  if (why !== null) return why;
  // A security module may hide processes, too. Process 1 always exists.
  return readProcFile('/proc/1/stat') === null && hasProcess(1)
    ? '/proc does not show process 1, so it hides others, too.'
    : null;
}

/** Reads the mounts. `id` is the mount that is seen as /proc; null when it is not known. */
export function explainMounts(
  mountinfo: string,
  id: string | null,
  rights: () => Rights,
): string | null {
  const mounts = mountinfo.split('\n').map(parseMount);
  const proc = mounts.find((mount) => mount.id === id);
  if (id === null || proc === undefined) return 'It is not known what is mounted on /proc.';
  if (proc.type !== 'proc' || proc.root !== '/')
    return `/proc is not a complete proc file system (${proc.type} ${proc.root}).`;
  const hidepid = proc.options.get('hidepid') ?? 'off';
  if (!SHOWS_ALL.includes(hidepid) && !isExempt(hidepid, proc.options.get('gid'), rights()))
    return `/proc is mounted with hidepid=${hidepid}, which hides processes from this worker.`;
  if (proc.options.get('subset') === 'pid')
    return '/proc is mounted with subset=pid, so nothing tells how many processes begin.';
  const over = mounts.find(
    ({ parent, point, type }) => parent === id && ENTRY.test(point) && type !== LXCFS,
  );
  return over === undefined ? null : `A mount covers ${over.point}, so /proc does not show it.`;
}

function isExempt(hidepid: string, gid: string | undefined, { mayTrace, groups }: Rights): boolean {
  return mayTrace || (!IGNORES_GROUP.includes(hidepid) && groups.includes(Number(gid ?? 0)));
}

function parseMount(line: string) {
  const [before = '', after = ''] = line.split(' - ');
  const [id = '', parent = '', , root = '', point = ''] = before.split(' ');
  const [type = '', , options = ''] = after.split(' ');
  const pairs = options.split(',').map((option): [string, string] => {
    const [name = '', value = ''] = option.split('=');
    return [name, value];
  });
  return { id, parent, root, point, type, options: new Map(pairs) };
}

/** A later mount may cover /proc. Opening it shows which mount this process really reads. */
function readMountId(): string | null {
  const fd = openSync('/proc', 'r');
  try {
    const info = readProcFile(`/proc/self/fdinfo/${fd}`) ?? '';
    return /^mnt_id:\s+(\d+)$/m.exec(info)?.[1] ?? null;
  } finally {
    closeSync(fd);
  }
}

function readRights(): Rights {
  if (!FIRST_USER_NAMESPACE.test(readProcFile('/proc/self/uid_map') ?? ''))
    return { mayTrace: false, groups: [] };
  const status = readProcFile('/proc/self/status') ?? '';
  const capabilities = BigInt(`0x${/^CapEff:\s+([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const mayTrace = (capabilities & (1n << CAP_SYS_PTRACE)) !== 0n;
  return { mayTrace, groups: process.getgroups?.() ?? [] };
}
