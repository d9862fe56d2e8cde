/*
 * The hostile programs for real renders, the programs that receipts must list, and the ways in
 * which a host holds a process tree.
 */
import { findOtherUser, HOSTILE_PROGRAMS } from '@renderdeck/render-host/testing';
import type { Hostile } from './hostile-aerender.ts';

/** `launcherKiller` ends its own launcher: the render fails before a test can cancel it. */
const { launcherKiller: _fails, ...CANCELLED } = HOSTILE_PROGRAMS;
export const ALL = {
  ...CANCELLED,
  writer: {
    name: 'a writer into the folder that is to be deleted',
    command: 'perl',
    args: [
      '-e',
      '$SIG{TERM} = "IGNORE"; $| = 1; for my $n (1 .. 1e9) { print "ready\\n" if $n == 100; ' +
        'mkdir "$ENV{TMPDIR}/$n"; open my $f, ">", "$ENV{TMPDIR}/$n/file"; ' +
        'select undef, undef, undef, 0.001 }',
    ],
  },
} satisfies Record<string, Hostile & { name: string }>;

/**
 * The names that a receipt must list as ended, besides nexrender, aerender and AfterFX. A program
 * of a chain lives for about a millisecond, so it may end before any scan has seen it. A proof says
 * that no process lives. It does not say that the receipt names every process.
 */
export const ENDED: Record<keyof typeof ALL, readonly string[]> = {
  obedient: ['sleep'],
  deaf: ['perl'],
  family: ['sh', 'sleep'],
  escapee: ['perl', 'sleep'],
  daemon: ['perl', 'sleep'],
  orphan: ['sleep'],
  stopped: ['sh'],
  stoppedDeaf: ['perl'],
  looper: ['perl'],
  parentOfZombie: ['perl'],
  deep: ['perl'],
  chain: [],
  roamingChain: [],
  wiped: ['perl', 'sleep'],
  wipedDaemon: ['perl', 'sleep'],
  disguised: ['perl', 'sleep'],
  relabelled: ['perl', 'sleep'],
  relabelledDaemon: ['perl', 'sleep'],
  mover: ['perl', 'sleep'],
  bornOfTerm: ['perl'],
  undumpable: ['perl'],
  zombieLeader: ['node'],
  strayZombieLeader: ['node'],
  writer: ['perl'],
};
export const otherUser = await findOtherUser();
type Way = {
  way: string;
  within: readonly string[];
  proof: RegExp;
  names: readonly string[];
  /** Renders run as another user. This user cannot leave the cgroup. */
  asOther?: true;
};
export const SCANS = /^(forkFree|repeated)$/;
/**
 * With a cgroup, every hostile program runs. Without a cgroup, only those run that the tree marker
 * or the recorded members must find.
 */
export const WAYS: readonly Way[] = [
  { way: 'a cgroup', within: [], proof: /^kernel$/, names: Object.keys(ENDED) },
  {
    way: 'a launcher that adopts orphans, without a cgroup',
    within: ['unshare', '--mount', 'sh', '-c', 'umount --all --types cgroup2 && exec "$0" "$@"'],
    proof: SCANS,
    names: [
      'escapee',
      'daemon',
      'orphan',
      'looper',
      'wipedDaemon',
      'disguised',
      'relabelledDaemon',
      'bornOfTerm',
      'strayZombieLeader',
    ],
  },
  {
    way: `a cgroup, as another user${otherUser.leftOut}`,
    within: [],
    proof: /^kernel$/,
    asOther: true,
    names: [
      'looper',
      'disguised',
      'relabelled',
      'relabelledDaemon',
      'mover',
      'bornOfTerm',
      'writer',
    ],
  },
];
