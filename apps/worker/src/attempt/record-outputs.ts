/*
 * Keeps what is known of the outputs of an attempt: when it is out, and when it is measured. These
 * facts decide nothing: if they cannot be saved, that is a line in the log of the worker.
 */
import {
  type CopiedOutput,
  type MeasuredOutput,
  OUTPUT_FACTS,
  type OutputFacts,
  unmeasured,
} from '@renderdeck/domain';
import { recordOutput } from '@renderdeck/operations';
import { nowMs } from '@renderdeck/render-host';
import { retryWhileAway } from '../retry-until-deadline.ts';
import type { AttemptRun } from './attempt-run.ts';
import type { KnownOutput } from './known-output.ts';

/**
 * An output is out now. Returns the function that saves this. An attempt that publishes without end
 * keeps only the first ones.
 */
export function rememberOutput(run: AttemptRun, path: string, copied: CopiedOutput): () => void {
  const { outputs } = run.attempt;
  if (outputs.length >= OUTPUT_FACTS.most || path.length > OUTPUT_FACTS.longestPath)
    return () => undefined;
  const known = { path, copied, outAt: nowMs(), isMeasured: false };
  outputs.push(known);
  return () => save(run, known, { ...copied, ...unmeasured(copied, 'late') });
}

/** ffprobe has looked at an output. Measurements of one path come in the order of its outputs. */
export function recordMeasured(run: AttemptRun, path: string, measured: MeasuredOutput): void {
  const known = run.attempt.outputs.find((one) => one.path === path && !one.isMeasured);
  if (known === undefined) return;
  known.isMeasured = true;
  save(run, known, { ...known.copied, ...measured });
}

function save(run: AttemptRun, known: KnownOutput, facts: OutputFacts): void {
  const { worker, attempt, log } = run;
  const { attemptId } = attempt.job;
  const { path, outAt } = known;
  const number = attempt.outputs.indexOf(known) + 1;
  attempt
    .saveInOrder(() =>
      retryWhileAway('facts of an output', worker, () => {
        const output = { ...facts, number, path, msAgo: nowMs() - outAt };
        return recordOutput(worker.attemptContext, { attemptId, output });
      }),
    )
    .catch((error: unknown) => log.warn({ err: error, path }, 'an output is not measured'));
}
