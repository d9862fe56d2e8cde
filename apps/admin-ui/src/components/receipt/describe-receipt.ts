import type { WireCancelReceipt, WireJob } from '@renderdeck/contract';
import { PROOF_LIMIT_MS, type StatusWord } from '../status/status-word.ts';
import { counted, duration, exactTime, fileSize, shortDuration } from '../time/format-time.ts';

export type Verdict = {
  readonly mark: StatusWord;
  readonly word: string;
  readonly text: string;
  /** What became of the output, or what to do now. */
  readonly more: readonly string[];
};
export type StepState = 'done' | 'waiting' | 'problem';
export type ReceiptStep = {
  readonly title: string;
  readonly state: StepState;
  readonly text: string;
  /** When it happened; null where it has not, or no time is kept. */
  readonly at: string | null;
};
export type DescribedReceipt = {
  readonly verdict: Verdict;
  readonly steps: readonly ReceiptStep[];
};

/** A cancel receipt in words: the verdict first, then the same six steps in the same order whatever has happened so far. */
export function describeReceipt(
  job: WireJob,
  receipt: WireCancelReceipt,
  nowMs: number,
): DescribedReceipt {
  const steps = [asked, recorded, delivered, processes, files, proof].map((describe) =>
    describe(receipt, nowMs),
  );
  return { verdict: verdictOf(job, receipt, steps, nowMs), steps };
}

/** The receipt as plain text, for a chat. */
export function receiptText(job: WireJob, receipt: WireCancelReceipt, nowMs: number): string {
  const { verdict, steps } = describeReceipt(job, receipt, nowMs);
  const lines = steps.map(({ title, text }, index) => `${index + 1}. ${title}: ${text}`);
  return [job.name, `${verdict.word} ${verdict.text}`, ...verdict.more, ...lines].join('\n');
}

function verdictOf(
  job: WireJob,
  receipt: WireCancelReceipt,
  steps: readonly ReceiptStep[],
  nowMs: number,
): Verdict {
  const host = receipt.host ?? '';
  const waitedMs = nowMs - Date.parse(receipt.requestedAt);
  const look = `What to do: look at ${host}, or wait. The order stays.`;
  switch (receipt.outcome) {
    case 'cancelled': {
      const more = [OUTPUT_WORDS[receipt.output]];
      if (receipt.host === null)
        return {
          mark: 'Stopped',
          word: 'Stopped.',
          text: 'It had not started and left the queue.',
          more,
        };
      const kept = receipt.files.leftovers.length;
      if (kept > 0)
        return {
          mark: 'Stopped',
          word: 'Stopped, files left.',
          text: `${counted(kept, 'file')} could not be removed.`,
          more,
        };
      const took =
        receipt.timeToDeadMs === null ? '' : ` Took ${shortDuration(receipt.timeToDeadMs)}.`;
      return {
        mark: 'Stopped',
        word: 'Stopped.',
        text: `Nothing of this render is running on ${host}.${took}`,
        more,
      };
    }
    case 'finishedFirst': {
      const ended = job.endedAt === null ? '' : ` at ${exactTime(job.endedAt)}`;
      return {
        mark: 'Finished',
        word: 'Finished first.',
        text: `The render ended${ended}, before the stop. Output kept.`,
        more: [],
      };
    }
    case 'unconfirmed':
      return notProven(host, waitedMs, look);
    case 'cancelling': {
      const names = receipt.survivors.map(({ name, pid }) => `${name} ${pid}`).join(', ');
      if (names !== '')
        return {
          mark: 'Not proven',
          word: 'Still running.',
          text: `${names} did not end.`,
          more: [look],
        };
      if (waitedMs >= PROOF_LIMIT_MS) return notProven(host, waitedMs, look);
      const step = steps.findIndex(({ state }) => state === 'waiting') + 1;
      return {
        mark: 'Stopping',
        word: 'Stopping…',
        text: `step ${step} of ${steps.length}`,
        more: [],
      };
    }
  }
}

function notProven(host: string, waitedMs: number, look: string): Verdict {
  const text = `${host} has not answered for ${duration(waitedMs)}. It may still be rendering.`;
  return { mark: 'Not proven', word: 'Not proven.', text, more: [look] };
}

const OUTPUT_WORDS = {
  none: 'No output was put out.',
  maybe: 'Part of the output may have been put out.',
  published: 'The output was put out before the stop.',
} as const;

function asked({ requestedBy, requestedAt, reason }: WireCancelReceipt): ReceiptStep {
  const text = reason === null ? requestedBy : `${requestedBy}, reason: ${reason}`;
  return { title: 'Asked', state: 'done', text, at: requestedAt };
}

function recorded({ requestedAt, channel }: WireCancelReceipt): ReceiptStep {
  return {
    title: 'Recorded',
    state: 'done',
    text: channel === 'rest' ? 'in the audit, over REST' : 'in the audit',
    at: requestedAt,
  };
}

function delivered(
  { host, requestedAt, deliveredAt, outcome }: WireCancelReceipt,
  nowMs: number,
): ReceiptStep {
  const title = 'Delivered';
  if (host === null) return { title, state: 'done', text: 'not needed: no host had it', at: null };
  if (deliveredAt !== null) {
    const tookMs = Date.parse(deliveredAt) - Date.parse(requestedAt);
    return {
      title,
      state: 'done',
      text: `${host} confirmed, ${shortDuration(tookMs)}`,
      at: deliveredAt,
    };
  }
  if (outcome === 'unconfirmed')
    return { title, state: 'problem', text: `${host} has not answered`, at: null };
  if (outcome === 'finishedFirst')
    return { title, state: 'done', text: `${host} had finished before`, at: null };
  return {
    title,
    state: 'waiting',
    text: `Waiting for ${host}, ${duration(nowMs - Date.parse(requestedAt))}`,
    at: null,
  };
}

function processes({
  host,
  processes: seen,
  survivors,
  proof: proven,
  outcome,
}: WireCancelReceipt): ReceiptStep {
  const title = 'Processes';
  const at =
    seen
      .flatMap(({ endedAt }) => endedAt ?? [])
      .sort()
      .at(-1) ?? null;
  const ended = seen.filter(
    ({ pid, endedAt }) => endedAt !== null && !survivors.some((survivor) => survivor.pid === pid),
  ).length;
  if (host === null) return { title, state: 'done', text: 'none: it had not started', at: null };
  if (survivors.length > 0)
    return {
      title,
      state: 'problem',
      text: `${ended} of ${seen.length} ended, ${survivors.length} still running`,
      at,
    };
  if (proven !== null)
    return {
      title,
      state: 'done',
      text: seen.length === 0 ? 'none was left' : `${ended} of ${seen.length} ended`,
      at,
    };
  if (outcome === 'finishedFirst') return { title, state: 'done', text: 'ended on their own', at };
  return outcome === 'unconfirmed'
    ? { title, state: 'problem', text: 'not visible', at: null }
    : { title, state: 'waiting', text: 'waiting', at: null };
}

function files({
  host,
  files: { removed, bytes, leftovers },
  timeToCleanMs,
  outcome,
}: WireCancelReceipt): ReceiptStep {
  const title = 'Files';
  if (host === null) return { title, state: 'done', text: 'none: it had not started', at: null };
  if (timeToCleanMs === null) {
    return outcome === 'unconfirmed'
      ? { title, state: 'problem', text: 'not known', at: null }
      : { title, state: 'waiting', text: 'waiting', at: null };
  }
  const gone =
    removed === 0
      ? 'no file was there'
      : `${fileSize(bytes)} in ${counted(removed, 'file')} removed`;
  if (leftovers.length === 0)
    return { title, state: 'done', text: `${gone}, ${shortDuration(timeToCleanMs)}`, at: null };
  return { title, state: 'problem', text: `${gone}, ${leftovers.length} kept`, at: null };
}

function proof({ proof: proven, host, outcome, confirmedAt }: WireCancelReceipt): ReceiptStep {
  const title = 'Proof';
  if (proven !== null)
    return { title, state: 'done', text: PROOF_WORDS[proven](host ?? ''), at: confirmedAt };
  if (outcome === 'finishedFirst')
    return { title, state: 'done', text: 'not needed: it ended on its own', at: confirmedAt };
  if (outcome === 'unconfirmed')
    return {
      title,
      state: 'problem',
      text: `missing until ${host ?? 'the host'} is back and reports`,
      at: null,
    };
  return { title, state: 'waiting', text: 'waiting', at: null };
}

/** How it is known that nothing runs, each check by its name. */
const PROOF_WORDS: Readonly<
  Record<NonNullable<WireCancelReceipt['proof']>, (host: string) => string>
> = {
  noProcess: () => 'No process: the job had not started.',
  kernel: (host) => `By the kernel: the container that held this job on ${host} is empty.`,
  forkFree: (host) =>
    `By a scan of ${host}: no process of this job, and none was started while it looked.`,
  repeated: (host) =>
    `By repeated scans: ${host} looked again and again and found no process of this job.`,
  rebooted: (host) =>
    `By a restart: ${host} was started anew since, so no process of this job is left.`,
};
