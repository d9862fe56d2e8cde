import { round } from '../finding.ts';
import { quantile } from '../numbers.ts';
import { ACTS } from './acts.ts';
import { claimsOf, meanCpu, sum, timesOf } from './farm-findings.ts';
import { describeLoad } from './farm-load.ts';
import type { FarmResult } from './measure-farm.ts';
import { delayAt, sumDelays } from './pages.ts';

type Row = Readonly<Record<string, string>>;

/** Two tables with one row for each farm, as in docs/sizing.md: what it needs, and its times. */
export function writeFarmTables(results: readonly FarmResult[]): string {
  return [writeTable(results.map(needsOf)), writeTable(results.map(timesRowOf))].join('\n\n');
}

function writeTable(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const lines = rows.map((row) => line(Object.values(row)));
  return [line(names), line(names.map(() => '---')), ...lines].join('\n');
}

/** CPU is in % of a core. */
function needsOf({ load, thirds, connections, ...result }: FarmResult): Row {
  const seconds = sum(thirds, (third) => third.seconds);
  const rate = (count: number) => (count === 0 ? '0' : round(count / seconds));
  const cpu = (of: Parameters<typeof meanCpu>[1]) => round(meanCpu(thirds, of));
  const ofHosts = sum(Object.values(connections.hosts), (count) => count);
  const perMillion = (result.filledMb * 1_000_000) / load.jobs;
  return {
    farm: describeLoad(load),
    minutes: round(seconds / 60),
    'connections of hosts, API': `${ofHosts}, ${connections.api}`,
    'PostgreSQL: CPU': `${cpu('postgres')} %`,
    'its memory': `${round(result.postgresMb)} MB`,
    'each API: CPU': `${cpu('api')} %`,
    'its memory ': `${round(thirds[2].apiMb)} MB`,
    'PgBouncer: sockets, CPU':
      load.way === 'direct' ? '' : `${result.poolerSockets}, ${cpu('pooler')} %`,
    'hosts, pages: CPU': `${cpu('hosts')} %, ${cpu('pages')} %`,
    'statements /s': rate(sum(thirds, ({ transactions }) => transactions)),
    'notifications /s': rate(sum(thirds, ({ notifications }) => notifications)),
    'disk of a million waiting jobs': load.idle ? '' : `${round(perMillion)} MB`,
    'start of the hosts': `${round(result.startedInMs / 1000)} s`,
  };
}

/** Each cell has p50 / p99 in ms; claims have p50 / p95 / p99. */
function timesRowOf({ load, thirds, idleClaimsMs }: FarmResult): Row {
  const seconds = sum(thirds, (third) => third.seconds);
  const claims = load.idle ? idleClaimsMs : claimsOf(thirds).flat();
  const delays = sumDelays(thirds.map(({ pages }) => pages));
  const ends = sum(thirds, ({ hosts }) => hosts.completed);
  return {
    farm: describeLoad(load),
    'ends /s': round(ends / seconds),
    ...Object.fromEntries(
      ACTS.map((act) => [act, spread(timesOf(thirds, act).flat(), [0.5, 0.99])]),
    ),
    claim: spread(claims, [0.5, 0.95, 0.99]),
    'change → page': load.idle ? '' : `${delayAt(delays, 0.5)} / ${delayAt(delays, 0.99)}`,
  };
}

function spread(times: readonly number[], shares: readonly number[]): string {
  if (times.length === 0) return '';
  return shares.map((share) => round(quantile(times, share))).join(' / ');
}
