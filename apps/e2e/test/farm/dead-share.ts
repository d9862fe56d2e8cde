/*
 * Network shares that do not answer: FUSE file systems in the mount namespace of one process. Their
 * server reads a request and does not answer it. The process that sent the request waits and cannot
 * be killed until the server ends. Then every request fails.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { waitFor } from '@renderdeck/testing/wait-for';
import { onTestFinished } from 'vitest';

/** Runs a worker whose mounts no other process sees. */
export const OWN_MOUNTS = ['unshare', '--mount'] as const;

const MOUNT =
  'exec 9<>/dev/fuse; ' +
  'mount -i -t fuse -o fd=9,rootmode=040000,user_id=0,group_id=0,allow_other none "$0"';

/** A dead share answers only INIT (26). Without INIT no other request would reach its server. */
const DEAD = '$kind == 26';
/**
 * FORGET (2), INTERRUPT (36) and BATCH_FORGET (42) need no answer. ACCESS (34) asks what a user may
 * do with a file.
 */
const ALL_BUT_ACCESS = '$kind !~ /^(2|34|36|42)$/';

/** GETATTR (3) returns the attributes of the share's folder, which is empty. */
const serve = (isAnswered: string) => `perl -e '
  open my $fuse, "+<&=", 9 or die $!;
  my $answer = sub {
    my ($unique, $error, $body) = @_;
    syswrite $fuse, pack("L l Q", 16 + length $body, $error, $unique) . $body;
  };
  while (sysread $fuse, my $asked, 2 ** 20) {
    my (undef, $kind, $unique) = unpack "L L Q", $asked;
    next unless ${isAnswered};
    if ($kind == 26) {
      $answer->($unique, 0, pack "L4 S2 L2 S2 L8", 7, 31, 4096, 0, 8, 6, 4096, 1, (0) x 10);
    } elsif ($kind == 3) {
      my @attributes = (1, (0) x 8, 040777, 2, (0) x 5);
      $answer->($unique, 0, pack "Q L2 Q6 L10", 0, 0, 0, @attributes);
    } else {
      $answer->($unique, -2, ""); # ENOENT
    }
  }'`;

/** Mounts a dead share in the mount namespace of the process with this pid. */
export const startDeadShare = (path: string, pid: number) => startShare(DEAD, path, pid);

/** Mounts a share that answers everything except ACCESS requests. */
export const startShareWithoutAccess = (path: string, pid: number) =>
  startShare(ALL_BUT_ACCESS, path, pid);

async function startShare(isAnswered: string, path: string, pid: number): Promise<{ end(): void }> {
  const script = `${MOUNT}; exec ${serve(isAnswered)}`;
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

/** Mounts a dead share, writes the pid of its server to a file, and then runs another command. */
const DEAD_BEFORE =
  `${MOUNT}; ${serve(DEAD)} < /dev/null > /dev/null 2>&1 & echo $! > "$1"; ` +
  `exec 9>&-; shift; exec "$@"`;

/**
 * Returns a command for a worker with its own mounts, in which a share is dead from the start.
 * `repair` unmounts the share, so that the folder below it answers.
 */
export function withDeadShare(path: string, pidFile: string) {
  const end = () => {
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'latin1')), 'SIGKILL');
    rmSync(pidFile, { force: true });
  };
  onTestFinished(end);
  return {
    within: [...OWN_MOUNTS, 'sh', '-c', DEAD_BEFORE, path, pidFile],
    repair(pid: number): void {
      end();
      const umount = ['umount', '--lazy', '--no-canonicalize', path];
      execFileSync('nsenter', [`--mount=/proc/${pid}/ns/mnt`, '--', ...umount]);
    },
  };
}
