import { Button } from '@mantine/core';
import {
  describeLogin,
  describePlatform,
  describeScriptReach,
  explainSession,
  type WireHost,
} from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { hostStateLabel } from '../../../components/host-state-label.ts';
import { NoValue } from '../../../components/no-value.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { formatCount, formatFileSize, formatTime } from '../../../components/time/format-time.ts';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { DeclareGoneDialog } from './declare-gone-dialog.tsx';
import { CheckHost, HostCheckResult } from './host-check.tsx';
import { HostReports } from './host-reports.tsx';
import styles from './hosts-page.module.css';

const CONTAINER_LABELS: Readonly<Record<string, string>> = {
  cgroup: 'cgroup: the kernel proves a stop',
  subreaper: 'subreaper: scans prove a stop',
  jobObject: 'Job Object: the kernel proves a stop',
  none: 'none: scans prove a stop',
};

/** Every render host; hosts with problems come first. */
export function HostsPage() {
  const hosts = [...useHosts()].sort(
    (a, b) => problemsOf(b).length - problemsOf(a).length || a.name.localeCompare(b.name),
  );
  return (
    <>
      <PageHeading title="Hosts" />
      {hosts.length === 0 ? (
        <p>No host has called yet. Start one there, in its host folder: node worker.mjs</p>
      ) : (
        <ul className={styles.hosts}>
          {hosts.map((host) => (
            <HostCard key={host.name} host={host} />
          ))}
        </ul>
      )}
    </>
  );
}

function HostCard({ host }: { host: WireHost }) {
  return (
    <li>
      <h2>{host.name}</h2>
      {problemsOf(host).map((sentence) => (
        <p key={sentence} className={styles.problem}>
          {sentence}
        </p>
      ))}
      <dl>
        <dt>State</dt>
        <dd>
          {hostStateLabel(host.state)}, {host.jobs.length} of {formatCount(host.slots, 'slot')}{' '}
          taken
        </dd>
        <dt>Job</dt>
        <dd>
          <HostJobs host={host} />
        </dd>
        <dt>Open stops</dt>
        <dd>
          {host.openAttempts === 0 ? (
            '0'
          ) : (
            <Link to="/queue" search={{ show: 'all', open: true }}>
              {formatCount(host.openAttempts, 'attempt')} not proven
            </Link>
          )}
        </dd>
        <dt>Last heard</dt>
        <dd>
          <RelativeTime at={host.lastHeardAt} />
        </dd>
        <dt>Renderer</dt>
        <dd>{host.renderer}</dd>
        <dt>Container</dt>
        <dd>{CONTAINER_LABELS[host.container] ?? host.container}</dd>
        <dt>Scripts</dt>
        <dd>{describeScriptReach(host)}</dd>
        <dt>Database</dt>
        <dd>{describeLogin(host)}</dd>
        <dt>Check</dt>
        <dd>
          <HostCheckResult check={host.check} />
        </dd>
        <HostReports host={host} />
        <dt>Free disk</dt>
        <dd>{host.freeBytes === null ? <NoValue /> : formatFileSize(host.freeBytes)}</dd>
        <dt>Worker</dt>
        <dd>
          {host.version}, on {describePlatform(host)}
        </dd>
        <dt>Booted</dt>
        <dd>{host.bootedAt === null ? <NoValue /> : <RelativeTime at={host.bootedAt} />}</dd>
      </dl>
      <CheckHost host={host} />
      <DeclareGone host={host} />
    </li>
  );
}

function HostJobs({ host: { jobs } }: { host: WireHost }) {
  if (jobs.length === 0) return <NoValue />;
  return jobs.map(({ id, name, progress }) => (
    <span key={id}>
      <Link to="/jobs/$id" params={{ id }}>
        {name}
      </Link>{' '}
      {Math.floor(progress)} %{' '}
    </span>
  ));
}

/** What the problem of a host means for its jobs. What a silent host last reported may be over. */
const TROUBLE_LABELS: Readonly<Record<WireHost['state'], string>> = {
  problem: 'Cannot render: ',
  rendering: 'Takes no more jobs: ',
  draining: 'Takes no more jobs: ',
  silent: 'Before it was silent: ',
  stopped: 'Before it stopped: ',
  idle: '',
};

/** The button and its dialog, where the user may declare the host gone and it can be gone. */
function DeclareGone({ host }: { host: WireHost }) {
  const { can } = useMe();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (!open && !(can.stop && mayBeGone(host))) return null;
  const close = () => {
    setOpen(false);
    // The button is gone where nothing is left to declare.
    requestAnimationFrame(() => (button.current ?? document.querySelector('h1'))?.focus());
  };
  return (
    <>
      {mayBeGone(host) && (
        <Button
          ref={button}
          size="xs"
          variant="default"
          aria-label={`Declare gone: ${host.name}`}
          onClick={() => setOpen(true)}
        >
          Declare gone
        </Button>
      )}
      {open && <DeclareGoneDialog host={host} onClose={close} />}
    </>
  );
}

/** A host that is heard proves its attempts itself; the server refuses what it still can prove. */
function mayBeGone({ state, gone, openAttempts }: WireHost): boolean {
  return openAttempts > 0 || (gone === null && (state === 'silent' || state === 'stopped'));
}

/** The problems of a host, one sentence each. */
function problemsOf(host: WireHost): string[] {
  return [
    host.trouble === null ? null : `${TROUBLE_LABELS[host.state]}${host.trouble}`,
    host.state === 'silent' ? 'Silent: what it renders is not known.' : null,
    host.gone === null ? null : describeGone(host.gone),
    explainSession(host),
    host.leftoverFolders > 0
      ? `${formatCount(host.leftoverFolders, 'scratch folder')} ` +
        'could not be removed as yet; it is tried again.'
      : null,
    host.unclaimedProcesses > 0
      ? `${formatCount(host.unclaimedProcesses, 'process', 'processes')} of no known attempt; ` +
        "the worker's log names them. Look, and end them by hand."
      : null,
  ].filter((sentence) => sentence !== null);
}

function describeGone({ by, at, reason }: NonNullable<WireHost['gone']>): string {
  return `${by} declared it gone at ${formatTime(at)}: ${reason}`;
}
