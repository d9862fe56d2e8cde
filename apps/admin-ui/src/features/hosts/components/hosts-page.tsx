import { Button } from '@mantine/core';
import {
  describeSize,
  describeVersions,
  type ListHostsOutput,
  type WireHost,
} from '@renderdeck/contract';
import { useState } from 'react';
import { useFreshHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { hasTrouble } from './describe-host.ts';
import { HostList } from './host-list.tsx';
import { HostNight } from './host-night.tsx';
import { HostPanel } from './host-panel.tsx';
import { hostStateLabel } from './host-state.tsx';
import { HostWall } from './host-wall.tsx';
import styles from './hosts-page.module.css';
import type { HostsSearch } from './hosts-search.ts';
import { HostsTabs } from './hosts-tabs.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { OpenInvitations } from './open-invitations.tsx';

type Props = { search: HostsSearch; onSearch: (search: HostsSearch) => void };

const START_COMMAND = 'node worker.mjs';

/** All render hosts as a wall or as a table. The selected one is shown with all its facts. */
export function HostsPage({ search, onSearch }: Props) {
  const { hosts, database, seenAtMs, isLoaded } = useFreshHosts();
  const wanted = hosts.filter((host) => isOfState(host, search.state));
  const open = hosts.find(({ name }) => name === search.host);
  const close = () => {
    onSearch({ ...search, host: undefined });
    const name = search.host;
    requestAnimationFrame(() => focusHost(name));
  };
  return (
    <>
      <PageHeading title="Hosts">
        <HostsTabs hosts={hosts} search={search} onSearch={onSearch} />
        <InviteButton />
      </PageHeading>
      {search.state !== undefined && (
        <p>
          Only hosts that {describeFilter(search.state)}.{' '}
          <LinkButton onClick={() => onSearch({ view: search.view })}>Clear filter</LinkButton>
        </p>
      )}
      <Warnings hosts={hosts} database={database} />
      <OpenInvitations />
      {isLoaded && hosts.length === 0 && (
        <p>
          No host has registered yet. Start a worker on a host: <code>{START_COMMAND}</code>{' '}
          <CopyButton label="Copy command" text={() => START_COMMAND} />
        </p>
      )}
      <div className={styles.columns} data-open={open !== undefined || undefined}>
        <div>
          {wanted.length > 0 &&
            (search.view === 'table' ? (
              <HostList
                hosts={wanted}
                seenAtMs={seenAtMs}
                search={search}
                isWide={open === undefined}
              />
            ) : (
              <>
                <HostWall hosts={wanted} search={search} />
                <HostNight hosts={wanted} />
              </>
            ))}
        </div>
        {open !== undefined && <HostPanel key={open.name} host={open} onClose={close} />}
      </div>
      {isLoaded && search.host !== undefined && open === undefined && <NoHost name={search.host} />}
    </>
  );
}

/** For admins: a dialog that makes the command with which a host joins. */
function InviteButton() {
  const [isOpen, setIsOpen] = useState(false);
  if (!useMe().can.access) return null;
  return (
    <>
      <Button variant="default" onClick={() => setIsOpen(true)}>
        Invite host
      </Button>
      {isOpen && <InviteDialog onClose={() => setIsOpen(false)} />}
    </>
  );
}

function isOfState(host: WireHost, wanted: HostsSearch['state']): boolean {
  if (wanted === 'trouble') return hasTrouble(host);
  return wanted === undefined || host.state === wanted;
}

function describeFilter(state: NonNullable<HostsSearch['state']>): string {
  return state === 'trouble' ? 'need somebody to look' : `are “${hostStateLabel(state)}”`;
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
