/*
 * Whether /proc shows this process every process of its PID namespace (proc(5)):
 *
 * 1. The option `hidepid` of the mount hides processes that this one may not trace: those of other
 *    users and, among its own, each one whose memory nobody may read (a program of mode 0711,
 *    ssh-agent). Older kernels show its numbers (1, 2, 4), later ones its names.
 * 2. CAP_SYS_PTRACE lifts that. So does the group of the option `gid`, which is root's where none
 *    is named, but not from 4 (`ptraceable`). Both are believed only outside of user namespaces: in
 *    one they count for a part of the processes.
 * 3. `subset=pid` leaves out /proc/stat, where the kernel counts new processes.
 * 4. A mount over an entry hides what is below.
 */
import { closeSync, openSync } from 'node:fs';
import { hasProcess } from '../send-signal.ts';
import { readProcFile } from './read-proc-file.ts';

/** What this process may do that lifts `hidepid`. */
export type Rights = { readonly mayTrace: boolean; readonly groups: readonly number[] };

const CAP_SYS_PTRACE = 19n;
const FIRST_USER_NAMESPACE = /^\s*0\s+0\s+4294967295\s*$/;
const SHOWS_ALL = ['0', 'off'];
const IGNORES_GROUP = ['4', 'ptraceable'];
/** What a listing reads. The rest of /proc may be masked, as containers do. */
const ENTRY = /^\/proc\/(\d+|self|thread-self|stat|loadavg)(\/|$)/;
/** It passes the lines on that a listing reads. */
const LXCFS = 'fuse.lxcfs';

/** Why /proc may lack a process that lives, as a sentence; null where it shows all. */
export function explainHidden(): string | null {
  if (process.platform !== 'linux') return null;
  const why = explainMounts(readProcFile('/proc/self/mountinfo') ?? '', readMountId(), readRights);
  if (why !== null) return why;
  // A module for security may hide processes, too. This one is always there.
  return readProcFile('/proc/1/stat') === null && hasProcess(1)
    ? '/proc does not show process 1, so it hides others, too.'
    : null;
}

/** What the mounts say. `id`: of the mount that is seen as /proc; null where it is not known. */
export function explainMounts(
  mountinfo: string,
  id: string | null,
  rights: () => Rights,
): string | null {
  const mounts = mountinfo.split('\n').map(parseMount);
  const proc = mounts.find((mount) => mount.id === id);
  if (id === null || proc === undefined) return 'It is not known what is mounted on /proc.';
  if (proc.type !== 'proc' || proc.root !== '/')
    return `/proc is no whole proc file system (${proc.type} ${proc.root}).`;
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

/** /proc may be covered by a later mount. The one that is opened now is the one that is read. */
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
