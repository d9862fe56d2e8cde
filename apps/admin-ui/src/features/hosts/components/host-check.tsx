import { List } from '@mantine/core';
import { visibleText, type WireHost } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { useHostsReadAgain } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Failure } from '../../../components/dialog.tsx';
import { RelativeTime } from '../../../components/time/times.tsx';

const RESULTS = new Map([
  [true, 'Holds'],
  [false, 'Fails'],
  [null, 'Not known'],
]);

/** What the host found when it last checked itself. */
export function HostCheckResult({ check }: Pick<WireHost, 'check'>) {
  if (check === null) return 'This host has not checked itself yet.';
  return (
    <>
      {check.held ? 'It can render, ' : 'It cannot render, '}
      <RelativeTime at={check.at} />
      <details>
        <summary>What it checked</summary>
        <List size="sm" mt={4} pl={16}>
          {check.parts.map(({ name, ok, sentence }) => (
            <List.Item key={name}>
              {RESULTS.get(ok)}: {name}. {visibleText(sentence)}
            </List.Item>
          ))}
        </List>
      </details>
    </>
  );
}

/** The button that lets a host check itself, if the user may do so and the host is heard. */
export function AskForCheck({ host: { name, state, checkAsked } }: { host: WireHost }) {
  const { can } = useMe();
  const check = useAskForCheck();
  if (!can.stop) return null;
  const isHeard = state !== 'silent' && state !== 'stopped';
  const isBusy = check.isPending || checkAsked !== null;
  return (
    <>
      {isHeard && (
        <ActionButton
          size="xs"
          variant="default"
          aria-label={isBusy ? undefined : `Check now: ${visibleText(name)}`}
          aria-disabled={isBusy}
          onClick={() => {
            if (!isBusy) check.mutate({ name });
          }}
        >
          {isBusy ? 'Checks itself…' : 'Check now'}
        </ActionButton>
      )}
      <Failure role="status" flex="1 0 100%">
        {check.isError && describeFailure(check.error, 'Not checked.')}
      </Failure>
    </>
  );
}

/** Asks a host to check itself. */
function useAskForCheck() {
  const { trpc } = useApi();
  return useMutation(trpc.checkHost.mutationOptions(useHostsReadAgain()));
}
