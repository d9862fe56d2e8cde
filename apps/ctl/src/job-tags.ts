import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatWarning } from './format-job.ts';
import { findJobId } from './job-id.ts';
import type { Perform } from './perform.ts';

type Options = { expectedVersion?: number; json?: boolean };

/** `ctl jobs tags` sets the tags of a queued job. */
export function addTags(jobs: Command, perform: Perform): void {
  jobs
    .command('tags')
    .argument('<id>')
    .argument('<tags>', "the tags, joined by commas; '' for none")
    .description('set the tags of a queued job: hosts that offer all of them may claim it')
    .option('--expected-version <n>', 'refuse if the job has another version', wholeNumber)
    .addOption(jsonOption())
    .action((given: string, tags: string, options: Options) =>
      perform(options, async (api) => {
        const id = await findJobId(api, given);
        const { expectedVersion } = options;
        const changed = await api.setTags.mutate({ id, tags, expectedVersion });
        const { job } = changed;
        const tagged = job.tags.length === 0 ? 'no tags' : `the tags ${job.tags.join(', ')}`;
        return {
          lines: [`${job.name} has ${tagged}.`, ...job.warnings.map(formatWarning)],
          json: changed,
        };
      }),
    );
}
