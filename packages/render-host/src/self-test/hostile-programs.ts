import { createRequire } from 'node:module';

const KOFFI = createRequire(import.meta.url).resolve('koffi');
const SYS_EXIT = process.arch === 'arm64' ? 93 : 60;

const LOSE_FIRST_THREAD = `
  const { load } = require(${JSON.stringify(KOFFI)});
  const exitThread = load(null).func('long syscall(long number, long code)');
  const { Worker } = require('node:worker_threads');
  const program = \`
    require('node:worker_threads').parentPort.postMessage('up');
    const { readFileSync, writeSync } = require('node:fs');
    while (!readFileSync('/proc/self/stat', 'latin1').includes(') Z '));
    writeSync(1, 'ready\\\\n');
    setInterval(() => {}, 1000);\`;
  const living = new Worker(program, { eval: true });
  living.on('message', () => exitThread(${SYS_EXIT}, 0));`;

/** prctl(PR_SET_DUMPABLE, 0), as ssh-agent calls it: nobody may read its memory or environment. */
const FORBID_READING = `syscall ${process.arch === 'arm64' ? 167 : 157}, 4, 0, 0, 0, 0;`;

/** Replaces this program by `sleep`, with the lowest limit mark that a tree can have. */
const RUN_WITH_ANOTHER_LIMIT =
  'exec "/bin/sh", "-c", "ulimit -w 281474976710656 2>/dev/null || ulimit -x 281474976710656; ' +
  'echo ready; exec sleep 1000"';

/** Moves this program from the cgroup of its attempt to the parent cgroup, if it may do that. */
export const LEAVE_CGROUP =
  'sub text { open my $file, "<", $_[0]; join "", <$file> } ' +
  'my ($own) = text("/proc/self/cgroup") =~ m{^0::(.*)/renderdeck-[^/]*$}m; ' +
  'my ($mount) = text("/proc/self/mountinfo") =~ m{^(?:\\S+ ){4}(\\S+).* - cgroup2 }m; ' +
  'if (defined $own && open my $to, ">", "$mount$own/cgroup.procs") { ' +
  'syswrite $to, $$ and print "moved\n" }';

/** Forks twice. The daemon goes on when the process between it and its tree is gone. */
const BECOME_DAEMON =
  'if (!fork) { setsid; my $leader = $$; if (!fork) { nap 0.001 while kill 0, $leader; ';

/**
 * A real program that makes itself hard to stop, and then prints `ready`. If a listing may not show
 * a program, that program first prints `pid` and its pid. One that hides from a listing is
 * hidden before.
 */
export type HostileProgram = {
  /** Completes the words "a tree with …". */
  name: string;
  command: string;
  args: string[];
  /** A known gap: `ps` alone cannot distinguish this process from an unrelated process. */
  hidesFromPs?: true;
  /** A known gap without a render user: only this container connects it with its tree. */
  hidesWithout?: 'container' | 'cgroup';
  /** It leaves the cgroup of its attempt, if its user may do that. */
  leavesCgroup?: true;
  /** Changes its pid faster than `ps` lists. `ps` cannot end it, and must not report it as dead. */
  outrunsPs?: true;
};

const perl = (
  name: string,
  program: string,
  more: Partial<HostileProgram> = {},
  args: string[] = [],
): HostileProgram => ({
  ...more,
  name,
  command: 'perl',
  args: [
    '-MPOSIX=setsid',
    '-e',
    `$| = 1; sub nap { select undef, undef, undef, $_[0] } ${program}`,
    ...args,
  ],
});

const shell = (name: string, program: string): HostileProgram => ({
  name,
  command: 'sh',
  args: ['-c', program],
});

export const HOSTILE_PROGRAMS = {
  obedient: shell('a program that ends on TERM', 'echo ready; exec sleep 1000'),
  deaf: perl(
    'a program that ignores TERM',
    '$SIG{TERM} = "IGNORE"; print "ready\n"; nap 1 while 1',
  ),
  family: shell('grandchildren', 'sh -c "sleep 1000 & sleep 1000" & sleep 1000 & echo ready; wait'),
  escapee: perl(
    'a child in a session of its own',
    'if (!fork) { setsid; exec "sh", "-c", "echo ready; exec sleep 1000" } sleep 1000',
  ),
  daemon: perl(
    'a daemon that was forked twice',
    'if (!fork) { setsid; ' +
      'if (!fork) { exec "sh", "-c", "echo ready; exec sleep 1000" } exit } wait; sleep 1000',
  ),
  orphan: shell(
    'a parent that dies before its child',
    'sh -c "sleep 0.1; echo ready; exec sleep 1000" & exit',
  ),
  stopped: shell('a stopped program', 'echo ready; kill -STOP $$; sleep 1000'),
  stoppedDeaf: perl(
    'a stopped program that ignores TERM',
    '$SIG{TERM} = "IGNORE"; print "ready\n"; kill "STOP", $$; sleep 1000',
  ),
  looper: perl(
    'a program that forks without end and ignores TERM',
    '$SIG{TERM} = "IGNORE"; for my $n (1 .. 4000) { if (!fork) { sleep 1000; exit } ' +
      'print "ready\n" if $n == 100; nap 0.002 } sleep 1000',
  ),
  parentOfZombie: perl('a zombie', 'if (!fork) { exit } nap 0.1; print "ready\n"; sleep 1000'),
  deep: perl(
    'two hundred generations',
    '$SIG{TERM} = "IGNORE"; for (1 .. 200) { if (fork) { sleep 1000; exit } } ' +
      'print "ready\n"; sleep 1000',
  ),
  chain: perl(
    'a chain in which each program forks the next and ends',
    '$SIG{TERM} = "IGNORE"; for my $n (1 .. 6000) { exit if fork; ' +
      'print "ready\n" if $n == 100; nap 0.001 } sleep 1000',
    { outrunsPs: true },
  ),
  roamingChain: perl(
    'a chain in which each program also takes a new session',
    '$SIG{TERM} = "IGNORE"; for my $n (1 .. 6000) { exit if fork; setsid; ' +
      'print "ready\n" if $n == 100; nap 0.001 } sleep 1000',
    { outrunsPs: true },
  ),
  wiped: perl(
    'a child that wiped its environment',
    'if (!fork) { %ENV = (); exec "/bin/sh", "-c", "echo ready; exec sleep 1000" } sleep 1000',
  ),
  wipedDaemon: perl(
    'a daemon that was forked twice and wiped its environment',
    `${BECOME_DAEMON} %ENV = (); ` +
      'exec "/bin/sh", "-c", "echo ready; exec sleep 1000" } exit } wait; sleep 1000',
    { hidesFromPs: true },
  ),
  disguised: perl(
    'a daemon with the tree marker of another attempt in its environment',
    `${BECOME_DAEMON} $ENV{RENDERDECK_TREE_MARKER} = "x"; ` +
      'exec "/bin/sh", "-c", "echo ready; exec sleep 1000" } exit } wait; sleep 1000',
    { hidesFromPs: true },
  ),
  relabelled: perl(
    'a child in its own session with the marks of another tree in its environment and its limits',
    `if (!fork) { setsid; $ENV{RENDERDECK_TREE_MARKER} = "x"; ${RUN_WITH_ANOTHER_LIMIT} } ` +
      'sleep 1000',
  ),
  relabelledDaemon: perl(
    'a daemon with the marks of another tree in its environment and its limits',
    `${BECOME_DAEMON} $ENV{RENDERDECK_TREE_MARKER} = "x"; ` +
      `${RUN_WITH_ANOTHER_LIMIT} } exit } wait; sleep 1000`,
    { hidesFromPs: true, hidesWithout: 'container' },
  ),
  launcherKiller: perl(
    'a daemon that kills the launcher and takes the marks of another tree',
    `my $launcher = getppid; ${BECOME_DAEMON} ` +
      'kill "KILL", $launcher; nap 0.001 while kill 0, $launcher; ' +
      `$ENV{RENDERDECK_TREE_MARKER} = "x"; ${RUN_WITH_ANOTHER_LIMIT} } exit } wait; sleep 1000`,
    { hidesFromPs: true, hidesWithout: 'cgroup' },
  ),
  mover: perl(
    'a daemon that moves to another cgroup, with the tree marker of another attempt',
    `${BECOME_DAEMON} ${LEAVE_CGROUP} ` +
      '$ENV{RENDERDECK_TREE_MARKER} = "x"; ' +
      'exec "/bin/sh", "-c", "echo ready; exec sleep 1000" } exit } wait; sleep 1000',
    { hidesFromPs: true, leavesCgroup: true },
  ),
  bornOfTerm: perl(
    'a daemon that is forked at TERM and wipes its environment',
    `$SIG{TERM} = sub { ${BECOME_DAEMON} %ENV = (); ` +
      'exec "/bin/sh", "-c", "echo born; exec sleep 1000" } exit } wait; exit }; ' +
      'print "ready\n"; sleep 1000',
    { hidesFromPs: true },
  ),
  undumpable: perl(
    'a daemon that nobody may read',
    `if (!fork) { setsid; if (!fork) { ${FORBID_READING} alarm 300; ` +
      'print "pid $$\nready\n"; sleep 1000 } exit } wait; sleep 1000',
  ),
  zombieLeader: {
    name: 'a zombie with a living second thread',
    command: process.execPath,
    args: ['-e', LOSE_FIRST_THREAD],
  },
  strayZombieLeader: perl(
    'a zombie with a living second thread and no parent in the tree',
    'my $parent = $$; if (!fork) { setsid; nap 0.001 while kill 0, $parent; exec @ARGV } exit',
    { hidesFromPs: true },
    [process.execPath, '-e', LOSE_FIRST_THREAD],
  ),
} satisfies Record<string, HostileProgram>;

/**
 * A daemon of a program that its user may run but not read (mode 0711). `program` is a copy of
 * sleep with that mode.
 */
export function makeUnreadable(program: string): HostileProgram {
  return perl(
    'a daemon of a program that its user may not read',
    // The pipe ends when exec has replaced the program: from then on nobody can read it.
    'pipe my $read, my $write; if (!fork) { setsid; if (!fork) { alarm 300; ' +
      'syswrite $write, "$$\n"; exec { $ARGV[0] } "sleep", "1000" } exit } close $write; ' +
      'my $pid = <$read>; <$read>; print "pid ", $pid, "ready\n"; wait; sleep 1000',
    {},
    [program],
  );
}
