import { Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import {
  describeSize,
  describeVersions,
  type ListHostsOutput,
  type WireHost,
} from '@renderdeck/contract';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useFreshHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { compareHosts } from './describe-host.ts';
import { HostPanel } from './host-panel.tsx';
import { HostCards, type HostsSearch, HostTable, hostStateLabel } from './host-table.tsx';
import styles from './hosts-page.module.css';

type Props = { search: HostsSearch; onSearch: (search: HostsSearch) => void };

const START_COMMAND = 'node worker.mjs';

const HOLD_MS = 20_000;
const INPUTS = ['keydown', 'pointermove', 'wheel'] as const;

/**
 * Keeps the order of the rows for 20 s after the last input in the list, so that no row moves away
 * under the pointer. Cells stay live, and a new host comes last.
 */
function useHeldOrder(names: readonly string[], list: RefObject<HTMLElement | null>) {
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const current = JSON.stringify(names);
  useEffect(() => {
    const node = list.current;
    if (node === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onInput = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setHeld(null), HOLD_MS);
      setHeld((known) => known ?? JSON.parse(current));
    };
    for (const input of INPUTS) node.addEventListener(input, onInput, { passive: true });
    return () => {
      clearTimeout(timer);
      // The time starts again with the listeners of the next order.
      timer = setTimeout(() => setHeld(null), HOLD_MS);
      for (const input of INPUTS) node.removeEventListener(input, onInput);
    };
  }, [list, current]);
  const kept = held?.filter((name) => names.includes(name)) ?? [];
  const shown = held === null ? names : [...kept, ...names.filter((name) => !kept.includes(name))];
  return {
    names: shown,
    isHeld: held !== null,
    hasChanged: JSON.stringify(shown) !== current,
    showNewOrder: () => setHeld(null),
  };
}

/** All render hosts, those with a problem first. The selected one is shown with all its facts. */
export function HostsPage({ search, onSearch }: Props) {
  const { hosts, database, seenAtMs, isLoaded } = useFreshHosts();
  const list = useRef<HTMLDivElement>(null);
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  const wanted = hosts.filter(({ state }) => search.state === undefined || state === search.state);
  const order = useHeldOrder(
    [...wanted].sort(compareHosts).map(({ name }) => name),
    list,
  );
  const shown = order.names
    .map((name) => hosts.find((host) => host.name === name))
    .filter((host) => host !== undefined);
  const open = hosts.find(({ name }) => name === search.host);
  const close = () => {
    onSearch({ ...search, host: undefined });
    const name = search.host;
    requestAnimationFrame(() => focusHost(name));
  };
  return (
    <>
      <PageHeading title="Hosts" />
      {search.state !== undefined && (
        <p>
          Only hosts that are “{hostStateLabel(search.state)}”.{' '}
          <LinkButton onClick={() => onSearch({})}>Clear filter</LinkButton>
        </p>
      )}
      <Warnings hosts={hosts} database={database} />
      <Text role="status" size="sm" mih={32}>
        {order.isHeld && order.hasChanged && 'Order changed. '}
        {order.isHeld && order.hasChanged && (
          <LinkButton onClick={order.showNewOrder}>Show new order</LinkButton>
        )}
      </Text>
      {isLoaded && hosts.length === 0 && (
        <p>
          No host has registered yet. Start a worker on a host: <code>{START_COMMAND}</code>{' '}
          <CopyButton label="Copy command" text={() => START_COMMAND} />
        </p>
      )}
      <div className={styles.columns} data-open={open !== undefined || undefined}>
        <div ref={list}>
          {shown.length > 0 &&
            (narrow ? (
              <HostCards hosts={shown} seenAtMs={seenAtMs} search={search} />
            ) : (
              <HostTable
                hosts={shown}
                seenAtMs={seenAtMs}
                search={search}
                isWide={open === undefined}
              />
            ))}
        </div>
        {open !== undefined && <HostPanel key={open.name} host={open} onClose={close} />}
      </div>
      {isLoaded && search.host !== undefined && open === undefined && <NoHost name={search.host} />}
    </>
  );
}

/** Says which host has which version, if they differ, and where PostgreSQL is too small. */
function Warnings({
  hosts,
  database,
}: Pick<ListHostsOutput, 'database'> & { hosts: readonly WireHost[] }) {
  const versions = describeVersions(useMe().serverVersion, hosts);
  const sizes = database === undefined ? [] : describeSize(database).warnings;
  return [...(versions === null ? [] : [versions]), ...sizes].map((sentence) => (
    <p key={sentence}>{sentence}</p>
  ));
}

/** Focus goes back to the row of the host, else to the heading. */
function focusHost(name: string | undefined): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-host]')];
  const row = rows.find(({ dataset }) => dataset.host === name);
  (row?.querySelector('a') ?? document.querySelector('h1'))?.focus();
}

function NoHost({ name }: { name: string }) {
  return (
    <p>
      No host is named <Name of={name} />.
    </p>
  );
}
