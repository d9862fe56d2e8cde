import type { Unproven, WireCancelReceipt, WireOpenAttempt } from '@renderdeck/contract';
import { named } from '../sentence.ts';
import { formatTime } from '../time/format-time.ts';

/** "Attempt 1 on ae-03 is not proven: last heard 02:10:03. Its output may be published." */
export function describeOpenAttempt(attempt: WireOpenAttempt): string {
  const { number, host, lastHeardAt, output, problem } = attempt;
  const heard = lastHeardAt === null ? '' : `: last heard ${formatTime(lastHeardAt)}`;
  const sentences = [`Attempt ${number} on ${named(host)} is not proven${heard}.`];
  if (output === 'maybe') sentences.push('Its output may be published.');
  if (output === 'published') sentences.push('Its output is published.');
  if (problem !== null) sentences.push(named(problem));
  return sentences.join(' ');
}

/** "ada declared ae-03 gone at 02:14:07: it burned. Nothing proves that attempt 1 ended." */
export function describeDeclared(declared: WireCancelReceipt['declared'][number]): string {
  const { number, host, by, at, reason } = declared;
  const why = /[.!?]$/.test(reason) ? named(reason) : `${named(reason)}.`;
  return (
    `${named(by)} declared ${named(host)} gone at ${formatTime(at)}: ${why} ` +
    `Nothing proves that attempt ${number} ended.`
  );
}

type AwaitedHost = WireCancelReceipt['awaitedHosts'][number];

/** "ae-03 has not told the new database yet what it runs." */
function describeAwaitedHost({ host, declaration }: AwaitedHost): string {
  if (declaration === null) return `${named(host)} has not told the new database yet what it runs.`;
  const { by, at, reason } = declaration;
  const why = `${named(by)} at ${formatTime(at)}: ${named(reason)}`;
  return `${named(host)} will never report what it ran (${why}).`;
}

/** One text for each attempt and each host without a proof, in the order of the list. */
export function describeUnproven(unproven: readonly Unproven[]): readonly string[] {
  return unproven.map(describeReason);
}

function describeReason(one: Unproven): string {
  switch (one.kind) {
    case 'open':
      return describeOpenAttempt(one.fact);
    case 'declared':
      return describeDeclared(one.fact);
    case 'awaited':
      return describeAwaitedHost(one.fact);
  }
}
