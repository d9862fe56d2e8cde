import type { WireDelivery } from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import { findJobId } from './job-id.ts';
import type { Perform } from './perform.ts';

type Filter = {
  readonly webhook?: string;
  readonly state?: WireDelivery['state'];
  readonly job?: string;
  readonly limit?: number;
  readonly json?: boolean;
};

const STATES = ['waiting', 'delivered', 'givenUp'] as const;

/** `ctl webhooks deliveries` and `redeliver`: the sent messages and their answers. */
export function addWebhookMessages(webhooks: Command, perform: Perform): void {
  webhooks
    .command('deliveries')
    .description('list messages, newest first, with their answers')
    .option('--webhook <name>', 'only messages of this webhook')
    .addOption(new Option('--state <state>', 'only messages in this state').choices([...STATES]))
    .option('--job <id>', 'only messages about this job')
    .option('--limit <count>', 'how many (default: 50)', wholeNumber)
    .addOption(jsonOption())
    .action(({ webhook, state, job, limit, json = false }: Filter) =>
      perform({ json }, async (api) => {
        const jobId = job && (await findJobId(api, job));
        const listed = await api.listDeliveries.query({ webhook, state, jobId, limit });
        const head = ['ID', 'AT', 'WEBHOOK', 'TYPE', 'ABOUT', 'STATE', 'TRIES', 'LAST ANSWER'];
        const lines = formatTable(head, listed.deliveries.map(rowOf), 'No messages.');
        return { lines, json: listed };
      }),
    );

  webhooks
    .command('redeliver <id>')
    .description('send a message again, with the same id')
    .addOption(jsonOption())
    .action((delivery: string, options: { json?: boolean }) =>
      perform(options, async (api) => {
        const sent = await api.redeliver.mutate({ delivery });
        return { lines: [`${delivery} is sent again.`], json: sent };
      }),
    );
}

/** The answer to a try, or why no answer came. */
export function describeTry(made: WireDelivery['tries'][number] | undefined): string {
  if (made === undefined) return 'not tried yet';
  const { status, error, answer, durationMs } = made;
  return status === null
    ? `no answer: ${error ?? 'not known why'}`
    : `${status} after ${durationMs} ms${answer === null || answer === '' ? '' : `: ${answer}`}`;
}

function rowOf(delivery: WireDelivery): string[] {
  const { id, at, webhook, type, jobName, host, state, tried, nextTryAt, tries } = delivery;
  const next = nextTryAt === null ? '' : `, next ${shortTime(nextTryAt)}`;
  return [
    id,
    shortTime(at),
    webhook ?? 'callback of the job',
    type,
    jobName ?? host ?? '-',
    `${state}${next}`,
    String(tried),
    describeTry(tries[0]).split('\n')[0] ?? '',
  ];
}
