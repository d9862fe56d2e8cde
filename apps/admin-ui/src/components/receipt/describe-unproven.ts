import type { WireCancelReceipt, WireOpenAttempt } from '@renderdeck/contract';
import { formatTime } from '../time/format-time.ts';

/** "Attempt 1 on ae-03 is not proven: last heard 02:10:03. Its output may be published." */
export function describeOpenAttempt(attempt: WireOpenAttempt): string {
  const { number, host, lastHeardAt, output, problem } = attempt;
  const heard = lastHeardAt === null ? '' : `: last heard ${formatTime(lastHeardAt)}`;
  const sentences = [`Attempt ${number} on ${host} is not proven${heard}.`];
  if (output === 'maybe') sentences.push('Its output may be published.');
  if (output === 'published') sentences.push('Its output is published.');
  if (problem !== null) sentences.push(problem);
  return sentences.join(' ');
}

/** "ada declared ae-03 gone at 02:14:07: it burned. Nothing proves that attempt 1 ended." */
export function describeDeclared(declared: WireCancelReceipt['declared'][number]): string {
  const { number, host, by, at, reason } = declared;
  const why = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return (
    `${by} declared ${host} gone at ${formatTime(at)}: ${why} ` +
    `Nothing proves that attempt ${number} ended.`
  );
}

/** True if the attempt that was asked to stop has no proof yet. */
export function isAskedUnproven({ attempt, openAttempts, declared }: WireCancelReceipt): boolean {
  return [...openAttempts, ...declared].some(({ number }) => number === attempt);
}

type Unproven = Pick<WireCancelReceipt, 'openAttempts' | 'declared' | 'awaitedHosts'>;
type AwaitedHost = WireCancelReceipt['awaitedHosts'][number];

/** "ae-03 has not told the new database yet what it runs." Null once it has. */
function describeAwaitedHost({ host, reportedAt, declaration }: AwaitedHost): string | null {
  if (reportedAt !== null) return null;
  if (declaration === null) return `${host} has not told the new database yet what it runs.`;
  const { by, at, reason } = declaration;
  return `${host} will never report what it ran (${by} at ${formatTime(at)}: ${reason}).`;
}

/** One text for each attempt and each host without a proof; none if all is proven. */
export function describeUnproven(receipt: Unproven): readonly string[] {
  return [
    ...receipt.openAttempts.map(describeOpenAttempt),
    ...receipt.declared.map(describeDeclared),
    ...awaitedOf(receipt),
  ];
}

/** One text for each host that may run the job, although the database lost that fact. */
export function awaitedOf({
  awaitedHosts,
}: Pick<WireCancelReceipt, 'awaitedHosts'>): readonly string[] {
  return awaitedHosts.map(describeAwaitedHost).filter((text) => text !== null);
}
