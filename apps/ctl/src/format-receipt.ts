import {
  describeStop,
  shortStop,
  type WireCancelReceipt,
  type WireOpenAttempt,
  type WirePriorityReceipt,
} from '@renderdeck/contract';
import { shortMs, shortTime } from './format-table.ts';

const PROOF: Readonly<Record<NonNullable<WireCancelReceipt['proof']>, string>> = {
  noProcess: 'no process was started: the job waited, or was stopped before its render began',
  kernel: 'the kernel says that its container is empty',
  forkFree: 'a scan found none, and no process was started meanwhile',
  repeated: 'repeated scans found none',
  rebooted: 'the host was booted again',
};
const OUTPUT: Readonly<Record<WireCancelReceipt['output'], string>> = {
  none: 'none was published',
  maybe: 'may be published, in part or whole',
  published: 'is published',
};

/** The lines of a cancel receipt: the outcome, the proof, and what is left over. */
export function formatCancelReceipt(receipt: WireCancelReceipt, nowMs: number): string[] {
  const { host, processes, proof, survivors, files, timeToCleanMs } = receipt;
  const reason = receipt.reason === null ? '' : `: ${receipt.reason}`;
  const asked = `#${receipt.number}, ${shortTime(receipt.requestedAt)} by ${receipt.requestedBy}`;
  const took = (ms: number | null) => (ms === null ? '' : ` in ${shortMs(ms)}`);
  return [
    headOf(receipt, nowMs),
    `  asked      ${asked} over ${receipt.channel}${reason}`,
    ...(host === null ? [] : [`  host       ${host}, ${formatDelivery(receipt)}`]),
    ...processes.map(
      ({ pid, name, endedBy }) =>
        `  process    ${pid} ${name}: ${endedBy === null ? 'still runs' : `ended by ${endedBy}`}`,
    ),
    ...survivors.map(({ pid, name, state }) => `  SURVIVOR   ${pid} ${name} (state ${state})`),
    ...(proof === null ? [] : [`  proof      ${PROOF[proof]}`]),
    ...formatTimes(receipt),
    ...(host === null
      ? []
      : [`  files      ${files.removed} removed, ${files.bytes} bytes${took(timeToCleanMs)}`]),
    ...files.leftovers.map(
      ({ path, error }) => `  left over  ${path} (${error}); tried again until gone`,
    ),
    ...receipt.openAttempts.map(formatOpenAttempt),
    ...receipt.declared.map(
      ({ number, host: gone, by, at, reason: why }) =>
        `  declared   attempt ${number}: ${gone} gone by ${by} ${shortTime(at)}: ${why}`,
    ),
    ...receipt.awaitedHosts.map(formatAwaitedHost),
    `  output     ${OUTPUT[receipt.output]}`,
    ...(receipt.traceId === undefined ? [] : [`  trace      ${receipt.traceId}`]),
    ...receipt.warnings.map((warning) => `  WARNING    ${warning}`),
  ];
}

function formatAwaitedHost(awaited: WireCancelReceipt['awaitedHosts'][number]): string {
  const { host, reportedAt, declaration } = awaited;
  if (reportedAt !== null)
    return `  reported   ${host} told the new database what it runs, ${shortTime(reportedAt)}`;
  if (declaration === null)
    return `  NOT PROVEN ${host} has not told the new database yet what it runs`;
  const { by, at, reason } = declaration;
  return `  declared   ${host} will never report, by ${by} ${shortTime(at)}: ${reason}`;
}

function formatDelivery({ deliveredAt, deliveredWithProof, outcome }: WireCancelReceipt): string {
  if (deliveredAt === null)
    return outcome === 'finishedFirst' ? 'had finished before' : 'not reached yet';
  return deliveredWithProof ? 'answered with its proof' : `reached ${shortTime(deliveredAt)}`;
}

function formatTimes({ host, askToProofMs, timeToDeadMs }: WireCancelReceipt): string[] {
  if (host === null || askToProofMs === null) return [];
  const own = timeToDeadMs === null ? '' : `; the host needed ${shortMs(timeToDeadMs)}`;
  return [`  took       ${shortMs(askToProofMs)} from the request to the proof${own}`];
}

/** An attempt that may still run, in one line. */
export function formatOpenAttempt(attempt: WireOpenAttempt): string {
  const { number, host, lastHeardAt, output, problem } = attempt;
  const heard = lastHeardAt === null ? '' : `, last heard ${shortTime(lastHeardAt)}`;
  const out = output === 'none' ? '' : `; its output ${OUTPUT[output]}.`;
  const why = problem === null ? '' : `${out === '' ? '.' : ''} ${problem}`;
  return `  NOT PROVEN attempt ${number} on ${host}${heard}${out}${why}`;
}

/** Null when the stop is proven, else a sentence about what is missing. */
export function findReceiptProblem(receipt: WireCancelReceipt): string | null {
  const { sentence } = describeStop(receipt, Date.now());
  switch (receipt.outcome) {
    case 'cancelled':
      return null;
    case 'cancelling':
      return `cancelling: ${sentence}; ask again later.`;
    case 'unconfirmed':
      return `unconfirmed: ${sentence}; the proof comes when its host reports.`;
    case 'declared':
      return `declared: ${withFullStop(sentence)}`;
    case 'finishedFirst':
      return `finished_first: ${sentence}.`;
  }
}

/** A priority change in one line. */
export function formatPriorityReceipt(
  name: string,
  { priority, position, countedAt, noop, version }: WirePriorityReceipt,
): string {
  const at = `at ${shortTime(countedAt)}`;
  if (noop)
    return (
      `${name}: priority is ${priority.after} already, position ${position.after} ${at}. ` +
      'Nothing changed.'
    );
  const priorities = `priority ${priority.before} → ${priority.after}`;
  const positions = `position ${position.after} instead of ${position.before}`;
  return `${name}: ${priorities}, ${positions} ${at}, version ${version}.`;
}

/** The page's word for the state of the stop, then the known facts. */
function headOf(receipt: WireCancelReceipt, nowMs: number): string {
  const { title, text } = shortStop(receipt, nowMs);
  switch (receipt.outcome) {
    case 'cancelled':
      return `${title}. ${text} Confirmed ${shortTime(receipt.confirmedAt)}.`;
    case 'unconfirmed':
    case 'declared': {
      const clauses = describeStop(receipt, nowMs).unproven.map(({ clause }) => clause);
      return withFullStop(`${title}: ${clauses.join('; ')}`);
    }
    case 'cancelling':
    case 'finishedFirst':
      return `${title}. ${text}`;
  }
}

/** Ends a text with one full stop: the reason of an admin may have its own. */
function withFullStop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
