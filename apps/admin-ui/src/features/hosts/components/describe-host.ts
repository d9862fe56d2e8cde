import { explainDrain, explainSession, type WireHost } from '@renderdeck/contract';
import { named } from '../../../components/sentence.ts';
import { formatCount, formatNumber, formatTime } from '../../../components/time/format-time.ts';

/** A live host reports every few seconds. After this time its report is late. */
const LATE_MS = 15_000;

/** True when, at the time of the server's answer, the host had not been heard for too long. */
export function isLate({ state, lastHeardAt }: WireHost, seenAtMs: number): boolean {
  const isHeard = state !== 'silent' && state !== 'stopped';
  return isHeard && seenAtMs - Date.parse(lastHeardAt) > LATE_MS;
}

/** Sorts by severity, then by name. A host that is gone, or that ended in order, is no problem. */
export function compareHosts(one: WireHost, other: WireHost): number {
  return rankOf(one) - rankOf(other) || one.name.localeCompare(other.name);
}

/** A host that needs somebody to look at it. */
export function hasTrouble(host: WireHost): boolean {
  return rankOf(host) < 3;
}

function rankOf(host: WireHost): number {
  if (host.gone !== null) return 5;
  if (host.openStops > 0 || host.openAttempts > 0) return 0;
  if (host.state === 'silent') return 1;
  if (host.state === 'problem') return 2;
  if (host.state === 'stopped') return 4;
  return problemsOf({ ...host, drain: null }).length > 0 ? 2 : 3;
}

/** "14 done, 1 failed, 2 stopped", or "none". */
export function describeDay({ today }: WireHost): string {
  const { done, failed, stopped } = today;
  const parts = [
    done > 0 ? `${formatNumber(done)} done` : null,
    failed > 0 ? `${formatNumber(failed)} failed` : null,
    stopped > 0 ? `${formatNumber(stopped)} stopped` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** What the problem of a host means for its jobs. The last problem of a silent host may be over. */
const PROBLEM_LABELS: Readonly<Record<WireHost['state'], string>> = {
  problem: 'Cannot render: ',
  rendering: 'Takes no more jobs: ',
  draining: 'Takes no more jobs: ',
  drained: 'Cannot render: ',
  ending: 'Takes no more jobs: ',
  silent: 'Before it was silent: ',
  stopped: 'Before it stopped: ',
  idle: '',
};

/** The problems of a host, one sentence each. */
export function problemsOf(host: WireHost): string[] {
  return [
    host.problem === null ? null : `${PROBLEM_LABELS[host.state]}${host.problem}`,
    host.drain === null ? null : explainDrain(host.drain),
    host.gone === null ? null : describeGone(host.gone),
    host.released === null ? null : describeHandedOver(host.released),
    explainSession(host),
    host.leftoverFolders > 0
      ? `${formatCount(host.leftoverFolders, 'scratch folder')} ` +
        'could not be removed yet. The worker tries again.'
      : null,
    host.unclaimedProcesses > 0
      ? `${formatCount(host.unclaimedProcesses, 'process', 'processes')} of no known attempt; ` +
        "the worker's log names them. Look at them, and end them by hand."
      : null,
  ].filter((sentence) => sentence !== null);
}

function describeGone({ by, at, reason }: NonNullable<WireHost['gone']>): string {
  return `${named(by)} declared it gone at ${formatTime(at)}: ${named(reason)}`;
}

function describeHandedOver({ by, at }: NonNullable<WireHost['released']>): string {
  return `${named(by)} handed its name over at ${formatTime(at)}: the next host may take it.`;
}
