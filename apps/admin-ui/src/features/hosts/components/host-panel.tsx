import { Group, Paper, Text, Title } from '@mantine/core';
import {
  describeKillTest,
  describeLogin,
  describeLostOutputs,
  describePlatform,
  describePreparation,
  describeScriptReach,
  formatFileSize,
  visibleText,
  type WireHost,
} from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { type MouseEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Facts } from '../../../components/facts.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name, NoValue } from '../../../components/name.tsx';
import { visibleSentence } from '../../../components/sentence.ts';
import { formatCount } from '../../../components/time/format-time.ts';
import { DayTime, ElapsedTime, ExactTime, RelativeTime } from '../../../components/time/times.tsx';
import { DeclareGoneDialog } from './declare-gone-dialog.tsx';
import { describeDay, problemsOf } from './describe-host.ts';
import { DrainDialog, ResumeButton } from './drain-dialog.tsx';
import { EndLoginDialog } from './end-login-dialog.tsx';
import { HandOverDialog } from './hand-over-dialog.tsx';
import { AskForCheck, HostCheckResult } from './host-check.tsx';
import { HostProcesses } from './host-processes.tsx';
import { HostReceipts } from './host-receipts.tsx';
import { HostReport } from './host-reports.tsx';
import { hostStateLabel } from './host-state.tsx';
import styles from './hosts-page.module.css';

const CONTAINER_LABELS: Readonly<Record<string, string>> = {
  cgroup: 'cgroup: the kernel proves a stop',
  subreaper: 'subreaper: scans prove a stop',
  jobObject: 'Job Object: the kernel proves a stop',
  none: 'none: scans prove a stop',
};

/** All that is known of one host: what it said last and when, and what can be done about it. */
export function HostPanel({ host, onClose }: { host: WireHost; onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <Paper
      component="section"
      className={styles.panel}
      aria-label={visibleText(host.name)}
      px={16}
      py={12}
      bd="1px solid var(--rd-line)"
    >
      <Group justify="space-between" gap={8} align="flex-start">
        <Title order={2} ref={heading} tabIndex={-1} mb={8}>
          <Name of={host.name} />
        </Title>
        <LinkButton onClick={onClose}>Close</LinkButton>
      </Group>
      {host.state === 'silent' && <Silence host={host} />}
      {problemsOf(host).map((sentence) => (
        <Problem key={sentence}>{visibleSentence(sentence)}</Problem>
      ))}
      {describeLostOutputs(host).map((sentence) => (
        <Problem key={sentence}>{visibleSentence(sentence)}</Problem>
      ))}
      <Group gap={8} my={12}>
        <HostActions host={host} />
        <AskForCheck host={host} />
      </Group>
      <HostFacts host={host} />
      <HostProcesses host={host} />
      <HostReceipts host={host} />
    </Paper>
  );
}

function Problem({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="var(--rd-error)" mb={8}>
      {children}
    </Text>
  );
}

function Silence({ host: { lastHeardAt, jobs } }: { host: WireHost }) {
  return (
    <Problem>
      Silent for <ElapsedTime from={lastHeardAt} />. Last heard <ExactTime at={lastHeardAt} />.{' '}
      {jobs.length === 0 ? 'What runs on it is not known.' : 'The status of its render is Unknown.'}
    </Problem>
  );
}

/** Long because: it is one list of facts. */
function HostFacts({ host }: { host: WireHost }) {
  const facts = [
    [
      'State',
      `${hostStateLabel(host.state)}, ${host.jobs.length} of ` +
        `${formatCount(host.slots, 'slot')} taken`,
    ],
    ['Offers', host.tags.length === 0 ? <NoValue key="offers" /> : host.tags.join(', ')],
    ['Last 24 h', describeDay(host)],
    ['Open stops', <OpenAttempts key="open" host={host} />],
    ['Last heard', <RelativeTime key="heard" at={host.lastHeardAt} />],
    ['Renderer', host.renderer],
    ['Container', CONTAINER_LABELS[host.container] ?? host.container],
    ['Scripts', describeScriptReach(host)],
    ['Database', describeLogin(host)],
    ['Check', <HostCheckResult key="check" check={host.check} />],
    [
      'Prepared',
      <HostReport key="prepared" report={host.preparation} words={describePreparation(host)} />,
    ],
    ['Kill test', <HostReport key="kill" report={host.killTest} words={describeKillTest(host)} />],
    ['Cores, memory', describeMachine(host)],
    ['Free disk', host.freeBytes === null ? <NoValue /> : formatFileSize(host.freeBytes)],
    ['Worker', `${host.version}, on ${describePlatform(host)}`],
    ['Booted', host.bootedAt === null ? <NoValue /> : <DayTime key="boot" at={host.bootedAt} />],
  ] as const;
  return <Facts orientation="vertical" gap={6} facts={facts} />;
}

function describeMachine({ cpuCores, memoryBytes }: WireHost): ReactNode {
  if (cpuCores === null || memoryBytes === null) return <NoValue />;
  return `${formatCount(cpuCores, 'core')}, ${formatFileSize(memoryBytes)}`;
}

function OpenAttempts({ host: { openStops, openAttempts } }: { host: WireHost }) {
  if (openStops === 0 && openAttempts === 0) return <>0</>;
  return (
    <>
      {openStops > 0 && `${formatCount(openStops, 'stop')} without a proof. `}
      {openAttempts > 0 && (
        <Link to="/queue" search={{ show: 'all', open: true }}>
          {formatCount(openAttempts, 'attempt')} not proven
        </Link>
      )}
    </>
  );
}

/** Drain, and end its login; for a host that is away also declare gone, and hand the name over. */
function HostActions({ host }: { host: WireHost }) {
  const { can, admins } = useMe();
  const [dialog, setDialog] = useState<'drain' | 'gone' | 'handOver' | 'endLogin' | null>(null);
  const opener = useRef<HTMLButtonElement | null>(null);
  if (!can.stop)
    return <p className="view-only">View only. Ask {admins.join(' or ')} to change hosts.</p>;
  const opens = (which: typeof dialog) => (event: MouseEvent<HTMLButtonElement>) => {
    opener.current = event.currentTarget;
    setDialog(which);
  };
  const close = () => {
    setDialog(null);
    requestAnimationFrame(() => {
      // The button is gone if nothing is left to do.
      const isThere = opener.current?.isConnected ?? false;
      (isThere ? opener.current : document.querySelector<HTMLElement>('h2[tabindex]'))?.focus();
    });
  };
  const isAway = host.state === 'silent' || host.state === 'stopped';
  return (
    <>
      {host.drain === null ? (
        <HostAction act="Drain" host={host} onClick={opens('drain')} />
      ) : (
        <ResumeButton host={host} />
      )}
      {(host.openAttempts > 0 || (host.gone === null && isAway)) && (
        <HostAction act="Declare gone" host={host} onClick={opens('gone')} />
      )}
      {isAway && host.released === null && (
        <HostAction act="Hand the name over" host={host} onClick={opens('handOver')} />
      )}
      {can.access && host.databaseLogin !== null && !host.loginEnded && (
        <HostAction act="End its login" host={host} onClick={opens('endLogin')} />
      )}
      {dialog === 'drain' && <DrainDialog host={host} onClose={close} />}
      {dialog === 'gone' && <DeclareGoneDialog host={host} onClose={close} />}
      {dialog === 'handOver' && <HandOverDialog host={host} onClose={close} />}
      {dialog === 'endLogin' && <EndLoginDialog host={host} onClose={close} />}
    </>
  );
}

type HostActionProps = {
  act: string;
  host: WireHost;
  onClick: (event: MouseEvent<HTMLButtonElement>) => void;
};

/** A button that opens the dialog of an action on a host. */
function HostAction({ act, host: { name }, onClick }: HostActionProps) {
  return (
    <ActionButton
      size="xs"
      variant="default"
      aria-label={`${act}: ${visibleText(name)}`}
      onClick={onClick}
    >
      {act}
    </ActionButton>
  );
}
