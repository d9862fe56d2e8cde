import type { WireCancelReceipt, WireOpenAttempt } from '@renderdeck/contract';
import { formatTime } from '../time/format-time.ts';

/** "Attempt 1 on ae-03 is not proven: last heard 02:10:03. Its output may be out." */
export function describeOpenAttempt(attempt: WireOpenAttempt): string {
  const { number, host, lastHeardAt, output, problem } = attempt;
  const heard = lastHeardAt === null ? '' : `: last heard ${formatTime(lastHeardAt)}`;
  const sentences = [`Attempt ${number} on ${host} is not proven${heard}.`];
  if (output === 'maybe') sentences.push('Its output may be out.');
  if (output === 'published') sentences.push('Its output is out.');
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

/** Whether the attempt that was asked to stop lacks a proof. */
export function isAskedUnproven({ attempt, openAttempts, declared }: WireCancelReceipt): boolean {
  return [...openAttempts, ...declared].some(({ number }) => number === attempt);
}
