import {
  WEBHOOK_EVENTS,
  WEBHOOK_SHAPES,
  type WebhookEvent,
  type WebhookShape,
  type WireWebhook,
} from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Perform } from './perform.ts';
import { addWebhookMessages, describeTry } from './webhook-messages.ts';

type Settings = {
  readonly address?: string;
  readonly event?: WebhookEvent[];
  readonly submittedBy?: string;
  readonly namePart?: string;
  readonly host?: string;
  readonly shape?: WebhookShape;
  readonly json?: boolean;
};
type Change = Settings & {
  readonly enable?: boolean;
  readonly disable?: boolean;
  readonly newSecret?: boolean;
};

/** `ctl webhooks`: the addresses to which the farm sends messages about events. */
export function addWebhooks(program: Command, perform: Perform): void {
  const webhooks = program.command('webhooks').description('addresses that messages are sent to');
  addAdd(webhooks, perform);
  addList(webhooks, perform);
  addSet(webhooks, perform);
  addDelete(webhooks, perform);
  addTest(webhooks, perform);
  addWebhookMessages(webhooks, perform);
}

const address = () => new Option('--address <url>', 'where messages go: http or https');
const event = () =>
  new Option('--event <events...>', 'events to send').choices([...WEBHOOK_EVENTS]);

function addSettings(command: Command): Command {
  return command
    .option('--submitted-by <name>', 'only jobs of this user or token')
    .option('--name-part <text>', 'only jobs with this text in their name')
    .option('--host <name>', 'only jobs that ran on this host, and this host when it is silent')
    .addOption(new Option('--shape <shape>', 'the body').choices([...WEBHOOK_SHAPES]))
    .addOption(jsonOption());
}

function addAdd(webhooks: Command, perform: Perform): void {
  addSettings(
    webhooks
      .command('add <name>')
      .description('make a webhook; prints only its secret, which cannot be shown again')
      .addOption(address().makeOptionMandatory())
      .addOption(event().makeOptionMandatory()),
  ).action((name: string, { address = '', event = [], json = false, ...filter }: Settings) =>
    perform({ json }, async (api) => {
      const made = await api.createWebhook.mutate({ name, address, events: event, ...filter });
      return { lines: [made.secret], json: made };
    }),
  );
}

function addList(webhooks: Command, perform: Perform): void {
  webhooks
    .command('list')
    .description('list webhooks')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) =>
      perform(options, async (api) => {
        const listed = await api.listWebhooks.query();
        const head = ['NAME', 'STATE', 'EVENTS', 'WAITING', 'GIVEN UP', 'LAST TRY', 'ADDRESS'];
        const table = formatTable(head, listed.webhooks.map(rowOf), 'No webhooks.');
        return { lines: table, json: listed };
      }),
    );
}

function addSet(webhooks: Command, perform: Perform): void {
  addSettings(
    webhooks
      .command('set <name>')
      .description('change a webhook; an empty text removes a filter')
      .addOption(address())
      .addOption(event())
      .option('--enable', 'send again')
      .option('--disable', 'send no messages and store none')
      .option('--new-secret', 'make a new secret; prints only the secret'),
  ).action((name: string, change: Change) =>
    perform(change, async (api) => {
      const { event: events, address, shape, newSecret, enable, disable } = change;
      const changed = await api.updateWebhook.mutate({
        name,
        address,
        events,
        shape,
        newSecret,
        submittedBy: orNull(change.submittedBy),
        namePart: orNull(change.namePart),
        host: orNull(change.host),
        disabled: disable === true ? true : enable === true ? false : undefined,
      });
      const { webhook, secret } = changed;
      const state = webhook.disabled === null ? '' : ', disabled';
      return { lines: [secret ?? `Changed ${webhook.name}${state}.`], json: changed };
    }),
  );
}

function addDelete(webhooks: Command, perform: Perform): void {
  webhooks
    .command('delete <name>')
    .description('delete a webhook with its messages')
    .addOption(jsonOption())
    .action((name: string, options: { json?: boolean }) =>
      perform(options, async (api) => {
        const done = await api.deleteWebhook.mutate({ name });
        return { lines: [`Deleted ${name}.`], json: done };
      }),
    );
}

function addTest(webhooks: Command, perform: Perform): void {
  webhooks
    .command('test <name>')
    .description('send a test message and wait for the answer')
    .addOption(jsonOption())
    .action((name: string, options: { json?: boolean }) =>
      perform(options, async (api) => {
        const tested = await api.testWebhook.mutate({ name });
        const { state, tries } = tested.delivery;
        const problem =
          state === 'delivered' ? null : `not_delivered: ${name} did not accept the test message.`;
        return { lines: [describeTry(tries[0])], json: tested, problem };
      }),
    );
}

function rowOf(webhook: WireWebhook): string[] {
  const { name, disabled, events, waiting, givenUp, lastTry, address } = webhook;
  return [
    name,
    disabled === null ? 'enabled' : `disabled ${shortTime(disabled.at)}: ${disabled.reason}`,
    events.join(','),
    String(waiting),
    String(givenUp),
    lastTry === null ? '-' : `${shortTime(lastTry.at)} ${lastTry.status ?? lastTry.error}`,
    address,
  ];
}

/** An empty text on the command line removes a filter. */
function orNull(text: string | undefined): string | null | undefined {
  return text === '' ? null : text;
}
