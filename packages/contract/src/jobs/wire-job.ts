import {
  type AwaitedHost,
  type EndedProcess,
  type JobView,
  NO_HOST_LEFT,
  type NumberedReceipt,
  type OpenAttempt,
  type TransferView,
  warnOfDrained,
  warnOfKeptOff,
  warnOfNoHost,
} from '@renderdeck/domain';
import { instantSchema } from '../instant.ts';
import { wireEstimate } from './estimate.ts';
import type { WireCancelReceipt, WireJob, WireOpenAttempt } from './job.ts';
import type { WireTransfer } from './transfer.ts';

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** A job in the form for all clients: over tRPC, REST and the live stream. */
export function wireJob(view: JobView): WireJob {
  const { job, position, progress, timeLeftMs, phase, host, receipt, openAttempts, keptOff } = view;
  const { rerunOf, rerunBy, noHostOffers, drainedHosts, transfer, estimate } = view;
  return {
    id: job.id,
    name: job.name,
    template: job.template,
    status: job.status,
    priority: job.priority,
    tags: [...job.tags],
    position,
    noHostOffers: noHostOffers === null ? null : [...noHostOffers],
    drainedHosts: drainedHosts === null ? null : [...drainedHosts],
    version: job.version,
    progress,
    timeLeftMs,
    estimate: estimate && wireEstimate(estimate),
    transfer: transfer === null ? null : wireTransfer(transfer),
    phase,
    attempt: job.attempts === 0 ? null : job.attempts,
    host,
    submittedBy: job.submittedBy,
    createdAt: job.createdAt.toISOString(),
    startedAt: iso(job.startedAt),
    endedAt: iso(job.endedAt),
    failure: job.failure,
    output: job.output,
    receipt: receipt === null ? null : wireReceipt(receipt),
    rerunOf,
    rerunBy: [...rerunBy],
    openAttempts: openAttempts.map(wireOpenAttempt),
    warnings: [
      ...job.warnings,
      ...(noHostOffers === null ? [] : [warnOfNoHost(job.tags, noHostOffers)]),
      ...(drainedHosts === null ? [] : [warnOfDrained(drainedHosts)]),
      ...(view.noHostLeft ? [NO_HOST_LEFT] : []),
      ...keptOff.map(warnOfKeptOff),
    ],
  };
}

export function wireTransfer({ reportedAt, names, ...transfer }: TransferView): WireTransfer {
  return { ...transfer, names: [...names], reportedAt: reportedAt.toISOString() };
}

function wireReceipt(receipt: NumberedReceipt): WireCancelReceipt {
  return {
    ...receipt,
    warnings: [...receipt.warnings],
    requestedAt: receipt.requestedAt.toISOString(),
    deliveredAt: iso(receipt.deliveredAt),
    deadAt: iso(receipt.deadAt),
    openAttempts: receipt.openAttempts.map(wireOpenAttempt),
    declared: receipt.declared.map((attempt) => ({ ...attempt, at: attempt.at.toISOString() })),
    awaitedHosts: receipt.awaitedHosts.map(wireAwaitedHost),
    confirmedAt: iso(receipt.confirmedAt),
    processes: receipt.processes.map(wireProcess),
    survivors: [...receipt.survivors],
    files: { ...receipt.files, leftovers: [...receipt.files.leftovers] },
  };
}

/** If a host could not read the start time, older versions reported a text that is no time. */
export function wireProcess(process: EndedProcess) {
  const { success } = instantSchema.safeParse(process.startedAt);
  return { ...process, startedAt: success ? process.startedAt : null };
}

function wireAwaitedHost({ host, reportedAt, declaration }: AwaitedHost) {
  return {
    host,
    reportedAt: iso(reportedAt),
    declaration: declaration === null ? null : { ...declaration, at: declaration.at.toISOString() },
  };
}

function wireOpenAttempt({ lastHeardAt, ...attempt }: OpenAttempt): WireOpenAttempt {
  return { ...attempt, lastHeardAt: iso(lastHeardAt) };
}
