import { Group, Paper, Text, Title } from '@mantine/core';
import {
  visibleText,
  WEBHOOK_EVENTS,
  type WebhookEvent,
  type WireDelivery,
  type WireWebhook,
} from '@renderdeck/contract';
import { errorMessage } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Facts } from '../../../components/facts.tsx';
import { Name, NoValue, visibleNode } from '../../../components/name.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { RelativeTime } from '../../../components/time/times.tsx';
import { useWebhookChanges } from '../api/webhooks.ts';

type Props = { webhook: WireWebhook; onOpen: (open: OpenWebhook) => void };

/** The events of webhooks, in the page's words. */
export const EVENT_LABELS: Readonly<Record<WebhookEvent, string>> = {
  ended: 'A job ends',
  failed: 'A job fails',
  notProven: 'A stop is not proven, and when it is settled',
  hostSilent: 'A host is silent',
  queueStuck: 'The queue is stuck, and when that is over',
};

/** One webhook: its address, its events, its last try, and its buttons. */
export function WebhookCard({ webhook, onOpen }: Props) {
  const { name, address, events, disabled, waiting, givenUp, shape } = webhook;
  return (
    <Paper component="li" px={16} py={12} bd="1px solid var(--rd-line)">
      <Title order={3} fz="md" mb={8}>
        <Name of={name} />
      </Title>
      {disabled !== null && (
        <Text size="sm" c="var(--rd-error)" my={4}>
          Disabled <RelativeTime at={disabled.at} />. {visibleText(disabled.reason)}
        </Text>
      )}
      <Facts
        labelWidth={80}
        gap={4}
        facts={[
          ['Address', address],
          [
            'Tells',
            WEBHOOK_EVENTS.filter((event) => events.includes(event))
              .map((event) => EVENT_LABELS[event])
              .join(' · '),
          ],
          ['Only', describeFilter(webhook) ?? <NoValue />],
          ['Body', shape === 'slack' ? 'A sentence, for Slack' : 'JSON with all facts'],
          ['Messages', `${formatNumber(waiting)} waiting, ${formatNumber(givenUp)} given up`],
          ['Last try', <LastTry key="try" made={webhook.lastTry} />],
        ]}
      />
      <Actions webhook={webhook} onOpen={onOpen} />
    </Paper>
  );
}

function Actions({ webhook, onOpen }: Props) {
  const { test, update } = useWebhookChanges();
  const { name } = webhook;
  const disabled = webhook.disabled !== null;
  const problem = test.error ?? update.error;
  return (
    <>
      <Group gap={8} mt={12}>
        <ActionButton
          size="xs"
          variant="default"
          aria-label={test.isPending ? undefined : `Send a test: ${visibleText(name)}`}
          aria-disabled={test.isPending}
          onClick={() => !test.isPending && test.mutate({ name })}
        >
          {test.isPending ? 'Waiting for the answer…' : 'Send a test'}
        </ActionButton>
        <ActionButton
          size="xs"
          variant="default"
          aria-label={`Edit: ${visibleText(name)}`}
          onClick={() => onOpen({ dialog: 'edit', webhook })}
        >
          Edit
        </ActionButton>
        <ActionButton
          size="xs"
          variant="default"
          aria-label={`${disabled ? 'Enable' : 'Disable'}: ${visibleText(name)}`}
          onClick={() => update.mutate({ name, disabled: !disabled })}
        >
          {disabled ? 'Enable' : 'Disable'}
        </ActionButton>
        <ActionButton
          size="xs"
          variant="danger"
          aria-label={`Delete: ${visibleText(name)}`}
          onClick={() => onOpen({ dialog: 'delete', webhook })}
        >
          Delete
        </ActionButton>
      </Group>
      <Text role="status" size="sm" mih={20} mt={8}>
        {problem === null ? describeTest(test.data?.delivery) : errorMessage(problem)}
      </Text>
    </>
  );
}

function LastTry({ made }: { made: WireWebhook['lastTry'] }) {
  if (made === null) return <NoValue />;
  return (
    <>
      <RelativeTime at={made.at} />:{' '}
      {visibleNode(made.status === null ? made.error : `answer ${made.status}`)}
    </>
  );
}

function describeTest(delivery: WireDelivery | undefined): string | null {
  if (delivery === undefined) return null;
  const [made] = delivery.tries;
  const outcome = delivery.state === 'delivered' ? 'Test delivered' : 'Test not delivered';
  return made === undefined ? `${outcome}.` : `${outcome}: ${describeTry(made)}`;
}

function describeFilter({ submittedBy, namePart, host }: WireWebhook): string | null {
  const parts = [
    submittedBy === null ? [] : [`jobs of ${submittedBy}`],
    namePart === null ? [] : [`names with “${namePart}”`],
    host === null ? [] : [`on ${host}`],
  ].flat();
  return parts.length === 0 ? null : parts.join(', ');
}

/** A dialog about one webhook. */
export type OpenWebhook = { readonly dialog: 'edit' | 'delete'; readonly webhook: WireWebhook };

/** The answer to a try of a message, or why none came. The other program chose the text. */
export function describeTry(made: WireDelivery['tries'][number]): string {
  const { status, error, answer, durationMs } = made;
  if (status === null) return `no answer. ${visibleText(error ?? '')}`.trim();
  const said = answer === null || answer === '' ? '' : `: ${visibleText(answer)}`;
  return `answer ${status} after ${formatNumber(durationMs)} ms${said}`;
}
