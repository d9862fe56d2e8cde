import {
  describeShift,
  describeStart,
  MOST_MOVED,
  type PreviewPriorityOutput,
} from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatPriorityReceipt } from './format-receipt.ts';
import { formatTable, shortTime } from './format-table.ts';
import { findJobId } from './job-id.ts';
import type { Perform } from './perform.ts';

type Options = { preview?: true; all?: true; expectedVersion?: number; json?: boolean };

/** `ctl jobs priority` sets the priority of a queued job, or shows what that would change. */
export function addPriority(jobs: Command, perform: Perform): void {
  jobs
    .command('priority')
    .argument('<id>')
    .argument('<n>', 'the priority', wholeNumber)
    .description('set the priority of a queued job, 0 to 100, larger runs first')
    .option('--expected-version <n>', 'refuse if the job has another version', wholeNumber)
    .option('--preview', 'change nothing; show the place it would get and the nearest jobs')
    .option('--all', `with --preview: show up to ${MOST_MOVED} of the jobs that move`)
    .addOption(jsonOption())
    .action((given: string, priority: number, options: Options) =>
      perform(options, async (api) => {
        const id = await findJobId(api, given);
        if (options.preview) {
          const limit = options.all ? MOST_MOVED : undefined;
          const preview = await api.previewPriority.query({ id, priority, limit });
          return { lines: formatPreview(preview), json: preview };
        }
        const changed = await api.setPriority.mutate({
          id,
          priority,
          expectedVersion: options.expectedVersion,
        });
        return { lines: [formatPriorityReceipt(changed.job.name, changed.receipt)], json: changed };
      }),
    );
}

function formatPreview(preview: PreviewPriorityOutput): string[] {
  const { priority, position, queued, movedCount, moved, start, at } = preview;
  const rows = moved.map((job) => [
    job.name,
    job.submittedBy,
    `${job.position.before} → ${job.position.after}`,
    job.id,
  ]);
  const more = movedCount - moved.length;
  return [
    `Priority ${priority.before} → ${priority.after}: it would get position ` +
      `${position.before} → ${position.after} of ${queued}, as of ${shortTime(at)}.`,
    ...formatShift(start),
    ...formatTable(['JOB', 'SUBMITTED BY', 'POSITION', 'ID'], rows, 'No other job moves.'),
    ...(more > 0 ? [`${more} more move.`] : []),
  ];
}

/** When it would start, and how much earlier or later that is. */
function formatShift(start: PreviewPriorityOutput['start']): string[] {
  if (start === undefined) return [];
  const { after, shiftMs, sureMs } = start;
  const shift = shiftMs === null || sureMs === null ? null : describeShift(shiftMs, sureMs);
  return [`${describeStart(after, shortTime)}.`, ...(shift === null ? [] : [`${shift}.`])];
}
