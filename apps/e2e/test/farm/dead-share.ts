/*
 * Shares that stop to answer, as file systems of FUSE in the mounts of one process. Who asks one
 * waits until `end`; then every question to it fails.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { waitFor } from '@renderdeck/testing/wait-for';
import { onTestFinished } from 'vitest';

/** A worker whose mounts no other process sees. */
export const OWN_MOUNTS = ['unshare', '--mount'] as const;

const MOUNT =
  'exec 9<>/dev/fuse; ' +
  'mount -i -t fuse -o fd=9,rootmode=040000,user_id=0,group_id=0,allow_other none "$0"; ';

/** Nobody takes the questions, so a process that waits can be killed. */
const NO_SERVER = `${MOUNT} exec sleep 600`;

/**
 * A server that says what its folder is (3: GETATTR) and that nothing is in it. It takes each
 * question what a user may do there (34: ACCESS) and never answers it. So the kernel lets nobody
 * end who asks: it waits for the server.
 */
const TAKES_ACCESS = `
  open my $fuse, "+<&=", 9 or die $!;
  my $answer = sub {
    my ($unique, $error, $body) = @_;
    syswrite $fuse, pack("L l Q", 16 + length $body, $error, $unique) . $body;
  };
  while (sysread $fuse, my $asked, 2 ** 20) {
    my (undef, $kind, $unique) = unpack "L L Q", $asked;
    next if $kind =~ /^(2|34|36|42)$/; # FORGET, INTERRUPT and BATCH_FORGET want no answer
    if ($kind == 26) { # INIT
      $answer->($unique, 0, pack "L4 S2 L2 S2 L8", 7, 31, 4096, 0, 8, 6, 4096, 1, (0) x 10);
    } elsif ($kind == 3) {
      my @attributes = (1, (0) x 8, 040777, 2, (0) x 5);
      $answer->($unique, 0, pack "Q L2 Q6 L10", 0, 0, 0, @attributes);
    } else {
      $answer->($unique, -2, ""); # ENOENT
    }
  }`;
const ACCESS_SERVER = `${MOUNT} exec perl -e '${TAKES_ACCESS}'`;

/** Mounts a dead share where the process with this pid has its mounts. */
export const startDeadShare = (path: string, pid: number) => startShare(NO_SERVER, path, pid);

/** The same of a share that answers all but what a user may do there. */
export const startShareWithoutAccess = (path: string, pid: number) =>
  startShare(ACCESS_SERVER, path, pid);

/** The same below another command, which starts when the share is there. */
const NO_SERVER_BEFORE =
  `${MOUNT} sleep 600 < /dev/null > /dev/null 2>&1 & echo $! > "$1"; ` +
  `exec 9>&-; shift; exec "$@"`;

/**
 * A command for a worker with mounts of its own, in which a share is dead from the start. `repair`
 * takes the share away, and the folder below it answers.
 */
export function withDeadShare(path: string, pidFile: string) {
  const end = () => {
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'latin1')), 'SIGKILL');
    rmSync(pidFile, { force: true });
  };
  onTestFinished(end);
  return {
    within: [...OWN_MOUNTS, 'sh', '-c', NO_SERVER_BEFORE, path, pidFile],
    repair(pid: number): void {
      end();
      const umount = ['umount', '--lazy', '--no-canonicalize', path];
      execFileSync('nsenter', [`--mount=/proc/${pid}/ns/mnt`, '--', ...umount]);
    },
  };
}

async function startShare(script: string, path: string, pid: number): Promise<{ end(): void }> {
  const enter = [`--mount=/proc/${pid}/ns/mnt`, '--', 'sh', '-c', script, path];
  const mounted = spawn('nsenter', enter, { stdio: ['ignore', 'ignore', 'inherit'] });
  const end = () => void mounted.kill('SIGKILL');
  onTestFinished(end);
  await waitFor(() => readFileSync(`/proc/${pid}/mountinfo`, 'latin1').includes(` ${path} `), {
    what: `a dead share at ${path}`,
    withinMs: 60_000,
  });
  return { end };
}
