import { execFileSync } from 'node:child_process';

/** Runs openssl, which makes certificates for tests. */
export function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
