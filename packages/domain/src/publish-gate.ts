import type { Job, Output } from './job.ts';
import { mayLeave } from './job-transitions.ts';
import { type Publications, timesOut, withoutMaybe } from './publication.ts';
import type { Rejection } from './rejection.ts';

/** The facts of each attempt of the job that the second gate needs. */
export type PublishingAttempt = {
  readonly id: string;
  readonly number: number;
  readonly host: string;
  readonly output: Output;
  readonly publications: Publications;
  /** All that the attempt had to put out is out. */
  readonly allPublished: boolean;
  /** When the host proved that no process of the attempt runs; null until then. */
  readonly confirmedAt: Date | null;
  /** When an admin declared the host gone; null until then. */
  readonly declaredAt: Date | null;
};

export type GateDecision =
  | { readonly ok: true }
  | { readonly ok: false; readonly rejection: Rejection };

/** What an attempt asks the second gate for. A module puts out what it likes. */
export type Asked = {
  readonly what: string;
  readonly isModule: boolean;
  /** What the attempt has put out before. */
  readonly publications: Publications;
};

/**
 * The values of `output` that the job and the attempt have from then on. `isOut`: an earlier
 * attempt has put this output out, so this attempt must not do it again. `warning`: a new warning
 * of the job.
 */
export type PublishDecision =
  | {
      readonly ok: true;
      readonly isOut: boolean;
      readonly job: Output;
      readonly attempt: Output;
      readonly warning: string | null;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * The first gate, before the postrender actions. An attempt goes on if it still holds its job and
 * no stop was requested. The attempt may not publish anything yet.
 */
export function decideGate(job: Job, attemptId: string): GateDecision {
  if (job.lease?.attemptId !== attemptId)
    return { ok: false, rejection: { code: 'lostAttempt', attemptId } };
  if (!mayLeave('complete', job.status))
    return { ok: false, rejection: { code: 'stopRequested', attemptId } };
  return { ok: true };
}

/**
 * The second gate, before an output gets its final name. In addition to the first gate, no other
 * attempt may still publish. An attempt that got a yes blocks the other attempts until its end is
 * proven or its host is declared gone. An output that an earlier attempt has put out stays as it
 * is.
 */
export function decidePublish(
  job: Job,
  attempts: readonly PublishingAttempt[],
  attemptId: string,
  asked: Asked,
): PublishDecision {
  const decided = decideGate(job, attemptId);
  if (!decided.ok) return decided;
  const other = attempts.find(
    ({ id, output, confirmedAt, declaredAt }) =>
      id !== attemptId && output !== 'none' && confirmedAt === null && declaredAt === null,
  );
  if (other !== undefined) {
    const { number, host, output } = other;
    return { ok: false, rejection: { code: 'otherMayPublish', number, host, output } };
  }
  const own = attempts.find(({ id }) => id === attemptId);
  const ownOutput = own?.output ?? 'none';
  const others = attempts.filter(({ id }) => id !== attemptId);
  if (others.some((one) => hasPutOut(one, asked)))
    return { ok: true, isOut: true, job: 'published', attempt: ownOutput, warning: null };
  const warning = own !== undefined && asked.isModule ? warnOfTwice(others, own, asked.what) : null;
  return {
    ok: true,
    isOut: false,
    job: atLeastMaybe(job.output),
    attempt: atLeastMaybe(ownOutput),
    warning,
  };
}

/**
 * Whether the other attempt has put this output out, for certain, more often than the asking
 * attempt has. A module always runs again: later actions may need what it does.
 */
function hasPutOut(
  { publications }: PublishingAttempt,
  { what, isModule, ...own }: Asked,
): boolean {
  const certain = withoutMaybe(publications);
  const done = own.publications.filter((one) => one.what === what);
  return !isModule && timesOut(certain, what) > done.length;
}

/** `published` stays: a second output does not make it uncertain again. */
function atLeastMaybe(output: Output): Output {
  return output === 'published' ? 'published' : 'maybe';
}

/**
 * The output of an attempt that ends. A complete attempt has published everything that it had to.
 */
export function decideFinalOutput(output: Output, isComplete: boolean): Output {
  return isComplete && output !== 'none' ? 'published' : output;
}

/**
 * An output is on the disk under its final name. It counts even if the attempt has lost the job,
 * because the output is out anyway. In that case the job gets a warning. It gets another one if an
 * earlier attempt may have put the same output out.
 */
export function decidePublished(
  job: Job,
  attempts: readonly TwiceAttempt[],
  { id, number, host }: Omit<TwiceAttempt, 'publications'>,
  path: string,
): Job {
  const late =
    job.lease?.attemptId === id
      ? null
      : `Attempt ${number} on ${host} published ${path} after it had lost the job.`;
  const others = attempts.filter((one) => one.id !== id);
  const twice = warnOfTwice(others, { number, host }, path);
  const warnings = withWarnings(job.warnings, [late, twice]);
  return { ...job, output: 'published', warnings, version: job.version + 1 };
}

/** The facts of an attempt for warnOfTwice. */
export type TwiceAttempt = Pick<PublishingAttempt, 'id' | 'number' | 'host' | 'publications'>;

/** The facts that the end of one attempt needs of another attempt of its job. */
export type OtherAttempt = Pick<PublishingAttempt, 'number' | 'host' | 'output' | 'publications'>;

/**
 * The warning for a job of which two attempts may have put the same out; null if no other attempt
 * may have.
 */
export function warnOfTwice(
  others: readonly Pick<PublishingAttempt, 'number' | 'host' | 'publications'>[],
  own: Pick<PublishingAttempt, 'number' | 'host'>,
  what: string,
): string | null {
  const other = others.find(({ publications }) => timesOut(publications, what) > 0);
  if (other === undefined) return null;
  // In one order, so that the sentence is the same whichever of the two becomes known later.
  const [first, second] = other.number < own.number ? [other, own] : [own, other];
  return `${twice(what)} by ${nameOf(first)} and by ${nameOf(second)}.`;
}

/** The warnings about everything that the attempt and another one may have put out. */
export function warnOfAllTwice(
  others: Parameters<typeof warnOfTwice>[0],
  own: Pick<PublishingAttempt, 'number' | 'host'>,
  publications: Publications,
): readonly (string | null)[] {
  const out = publications.filter(({ state }) => state !== 'skipped');
  return out.map(({ what }) => warnOfTwice(others, own, what));
}

const twice = (what: string) => `${what} may have been published twice:`;
const nameOf = ({ number, host }: { readonly number: number; readonly host: string }) =>
  `attempt ${number} on ${host}`;

/** The warnings of a job with these warnings, each one once. */
export function withWarnings(
  warnings: readonly string[],
  more: readonly (string | null)[],
): readonly string[] {
  const isNew = (one: string | null) => one !== null && !warnings.includes(one);
  return [...warnings, ...more.filter((one): one is string => isNew(one))];
}

/**
 * The warning for a job whose attempt ended after the second gate said yes; null if it ended
 * before.
 */
export function warnOfOutput({
  number,
  host,
  output,
}: Pick<PublishingAttempt, 'number' | 'host' | 'output'>): string | null {
  if (output === 'none') return null;
  return output === 'maybe'
    ? `Attempt ${number} on ${host} ended while it published: its output may be out.`
    : `Attempt ${number} on ${host} ended before it was complete: an output of it is out.`;
}

/** What a host found of an attempt after its end. */
export type FoundOutput = {
  readonly output: Output;
  readonly publications: Publications;
  readonly isComplete: boolean;
};

/**
 * The warnings of a job after a host has found what its attempt had put out. The warning that
 * something may be out goes, or says that an output is out. The warning that it may have been
 * published twice goes if the attempt had not published it.
 */
export function correctWarnings(
  warnings: readonly string[],
  attempt: Pick<PublishingAttempt, 'number' | 'host' | 'publications'>,
  { output, publications, isComplete }: FoundOutput,
): readonly string[] {
  const notOut = attempt.publications.filter(({ what }) => timesOut(publications, what) === 0);
  const told = warnings.filter((one) => !notOut.some(({ what }) => saysTwice(one, what, attempt)));
  const before = warnOfOutput({ ...attempt, output: 'maybe' });
  if (output === 'maybe') return told;
  const after = isComplete ? null : warnOfOutput({ ...attempt, output });
  const isNew = after !== null && !told.includes(after);
  return told.flatMap((one) => (one === before ? (isNew ? [after] : []) : [one]));
}

/** Whether the warning is one of warnOfTwice about this attempt. */
function saysTwice(warning: string, what: string, attempt: Parameters<typeof nameOf>[0]) {
  const name = nameOf(attempt);
  const isOf = warning.includes(` by ${name} and `) || warning.endsWith(` by ${name}.`);
  return isOf && warning.startsWith(twice(what));
}
