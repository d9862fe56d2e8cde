/* The hostile programs of real renders, what receipts must list, and how hosts hold the trees. */
import { findOtherUser, HOSTILE_PROGRAMS } from '@renderdeck/render-host/testing';
import type { Hostile } from './hostile-aerender.ts';

/** Without its launcher a render fails before it can be cancelled. */
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
 * Names that the receipt must list as ended, in addition to nexrender, aerender and AfterFX. Each
 * program of a chain lives for about a millisecond, so the kernel may end the last one before any
 * look has seen one: the proof promises that none lives, not that each is named.
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
  /** Renders run as another user, who cannot leave the cgroup. */
  asOther?: true;
};
export const SCANS = /^(forkFree|repeated)$/;
/**
 * In a cgroup, every program runs. Without one, only those run that need the tree marker or the
 * recorded members to be found.
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
