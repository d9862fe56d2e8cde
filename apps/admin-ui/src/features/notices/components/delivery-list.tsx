import { Button, Group, Text, Title } from '@mantine/core';
import { visibleText, type WireDelivery } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { errorMessage } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Name } from '../../../components/name.tsx';
import { RelativeTime } from '../../../components/time/times.tsx';
import { useDeliveries, useWebhookChanges } from '../api/webhooks.ts';
import { InlineSelect } from './inline-select.tsx';
import styles from './notices-page.module.css';
import { describeTry } from './webhook-card.tsx';

type State = WireDelivery['state'];

const STATE_LABELS: Readonly<Record<State, string>> = {
  waiting: 'Waiting',
  delivered: 'Delivered',
  givenUp: 'Given up',
};
const TYPE_LABELS: Readonly<Record<WireDelivery['type'], string>> = {
  'job.ended': 'Job ended',
  'job.failed': 'Job failed',
  'stop.notProven': 'Stop not proven',
  'stop.settled': 'Stop settled',
  'host.silent': 'Host silent',
  'queue.stuck': 'Queue stuck',
  'queue.settled': 'Queue settled',
  'webhook.test': 'Test',
};

/** The receiver of a message that goes to no webhook. */
const CALLBACK = 'the callback of the job';

const CHOICES = [
  { value: '', label: 'all' },
  ...(['waiting', 'delivered', 'givenUp'] as const).map((value) => ({
    value,
    label: STATE_LABELS[value].toLowerCase(),
  })),
];

/** The messages of all webhooks and callbacks, newest first, each with its tries and answers. */
export function DeliveryList() {
  const [state, setState] = useState<State | ''>('');
  const pages = useDeliveries(state === '' ? undefined : state);
  const deliveries = pages.data?.pages.flatMap((page) => page.deliveries) ?? [];
  return (
    <section aria-labelledby="messages">
      <Group justify="space-between" align="baseline" gap="0 12px">
        <Title order={2} id="messages" mt={24} mb={8}>
          Messages
        </Title>
        <InlineSelect
          label="Show"
          data={CHOICES}
          value={state}
          onChange={(event) => setState(readState(event.currentTarget.value))}
        />
      </Group>
      {pages.isError && <p role="alert">Messages not loaded. {errorMessage(pages.error)}</p>}
      {pages.data !== undefined && deliveries.length === 0 && <p>No message.</p>}
      <ul className={styles.messages}>
        {deliveries.map((delivery) => (
          <Delivery key={delivery.id} delivery={delivery} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button size="xs" variant="default" onClick={() => void pages.fetchNextPage()}>
          Show more
        </Button>
      )}
      <Text c="dimmed" my={14}>
        Messages are kept for 30 days.
      </Text>
    </section>
  );
}

function Delivery({ delivery }: { delivery: WireDelivery }) {
  const { redeliver } = useWebhookChanges();
  const { id, at, webhook, type, jobId, jobName, host, state, tried, nextTryAt, tries } = delivery;
  return (
    <li>
      <strong>{TYPE_LABELS[type]}</strong>{' '}
      {jobId === null ? (
        host !== null && <Name of={host} />
      ) : (
        <Link to="/jobs/$id" params={{ id: jobId }}>
          <Name of={jobName ?? jobId} />
        </Link>
      )}{' '}
      to {webhook === null ? CALLBACK : <Name of={webhook} />}, <RelativeTime at={at} />.{' '}
      <span>
        {STATE_LABELS[state]}
        {tried > 1 && ` after ${tried} tries`}
        {nextTryAt !== null && tried > 0 && (
          <>
            , next try not before <time dateTime={nextTryAt}>{clockTime(nextTryAt)}</time>
          </>
        )}
        {tries[0] === undefined ? '.' : `: ${describeTry(tries[0])}`}
      </span>{' '}
      {type !== 'webhook.test' && state !== 'waiting' && (
        <ActionButton
          size="compact-xs"
          variant="default"
          aria-label={visibleText(
            `Send again: ${TYPE_LABELS[type]} ${jobName ?? host ?? ''} to ${webhook ?? CALLBACK}`,
          )}
          onClick={() => redeliver.mutate({ delivery: id })}
        >
          Send again
        </ActionButton>
      )}
      <Text span role="status" size="sm" c="var(--rd-error)">
        {redeliver.isError && errorMessage(redeliver.error)}
      </Text>
    </li>
  );
}

function readState(text: string): State | '' {
  return text === 'waiting' || text === 'delivered' || text === 'givenUp' ? text : '';
}

function clockTime(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour12: false });
}
