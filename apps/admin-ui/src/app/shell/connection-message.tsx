import { Button } from '@mantine/core';
import { useApi } from '../../api/api.ts';
import { HeaderMessage } from '../../components/header-message.tsx';
import { formatCount, formatTime } from '../../components/time/format-time.ts';
import type { ConnectionState, Gap } from '../../live/connection.ts';

/** Warns that the page may be out of date, or that changes were missed; else shows nothing. */
export function ConnectionMessage({ state, gap }: { state: ConnectionState; gap: Gap | null }) {
  const { connection, reconnect, queryClient } = useApi();
  const tryNow = () => {
    reconnect();
    void queryClient.invalidateQueries();
  };
  const retry = <MessageButton label="Try now" onClick={tryNow} />;
  switch (state.kind) {
    case 'offline':
      return (
        <HeaderMessage tone="failed" action={retry}>
          <span aria-hidden="true">⨯ </span>
          <strong>No answer from the server since {formatTime(state.since)}.</strong> You cannot
          change anything now.
        </HeaderMessage>
      );
    case 'notLive':
      return (
        <HeaderMessage tone="warning" action={retry}>
          <strong>Not live since {formatTime(state.since)}.</strong> What you see may be old.{' '}
          {state.httpAnswers ? 'Actions still work.' : 'Asking the server…'}
        </HeaderMessage>
      );
    case 'catchingUp':
      return (
        <HeaderMessage tone="warning">
          Back. Loading {formatCount(state.missed, 'change')}.
        </HeaderMessage>
      );
    case 'live':
    case 'reconnecting':
      return gap === null ? null : <MissedChanges gap={gap} onDismiss={connection.dismissGap} />;
  }
}

function MissedChanges({ gap, onDismiss }: { gap: Gap; onDismiss: () => void }) {
  return (
    <HeaderMessage tone="warning" action={<MessageButton label="OK" onClick={onDismiss} />}>
      Changes between {formatTime(gap.from)} and {formatTime(gap.to)} were not seen. The list was
      loaded again.
    </HeaderMessage>
  );
}

function MessageButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button variant="plain" size="compact-sm" h={{ base: 36, md: 24 }} onClick={onClick}>
      {label}
    </Button>
  );
}
