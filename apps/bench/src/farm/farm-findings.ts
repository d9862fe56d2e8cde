import { type Against, counted, type Finding, round, timed } from '../finding.ts';
import { median, quantile } from '../numbers.ts';
import { ACTS } from './acts.ts';
import { describeLoad } from './farm-load.ts';
import type { FarmResult, Third } from './measure-farm.ts';
import { delayAt, sumDelays } from './pages.ts';

const MOST_ACT_MS = 100;
const MOST_CLAIM_MS = 100;
const MOST_DELAY_MS = 500;
/** CPU in % of a core, for farms of at most so many hosts. */
const MOST_CPU = { idle: 25, idleHosts: 200, working: 100, workingHosts: 1000, api: 100 } as const;
/** The last third of the time compared with the first. */
const MOST_GROWN = 1.5;
const MOST_MORE_MEMORY = 1.2;

type Thirds = FarmResult['thirds'];

/** Judges one farm. */
export function judgeFarm(result: FarmResult): Finding[] {
  const { load, thirds, idleClaimsMs } = result;
  const name = describeLoad(load);
  const working = load.idle
    ? [judgeTimes(`${name}: submitted → claimed`, [idleClaimsMs], 0.95, idleLimit(result))]
    : [
        ...ACTS.map((act) =>
          judgeTimes(`${name}: ${act}`, timesOf(thirds, act), 0.99, MOST_ACT_MS),
        ),
        judgeTimes(`${name}: end and next claim`, claimsOf(thirds), 0.95, MOST_CLAIM_MS),
        judgeDelay(`${name}: change → page`, thirds),
        ...(load.apis === 1 ? [] : [compareApis(`${name}: change → page, by API`, thirds)]),
      ];
  const errors = sum(thirds, (third) => third.errors.length);
  const closed = sum(thirds, ({ pages }) => pages.closed);
  return [
    ...working,
    judgeCpu(`${name}: CPU of PostgreSQL`, thirds, 'postgres', postgresLimit(result)),
    judgeCpu(`${name}: CPU of the API`, thirds, 'api', MOST_CPU.api),
    judgeMemory(`${name}: memory of the API`, thirds),
    counted(`${name}: acts that failed, pages that were closed`, `${errors}, ${closed}`, {
      ...{ target: '0', met: errors + closed === 0 },
    }),
    counted(
      `${name}: attempts that ended otherwise, warnings of hosts`,
      `${sum(thirds, ({ hosts }) => hosts.others)}, ${sum(thirds, ({ hosts }) => hosts.logged)}`,
    ),
  ];
}

export function timesOf(thirds: Thirds, act: string): number[][] {
  return thirds.map(({ acts }) =>
    acts.filter((one) => one.act === act).map(({ tookMs }) => tookMs),
  );
}

export function claimsOf(thirds: Thirds): number[][] {
  return thirds.map(({ hosts }) => hosts.claims.map(({ tookMs }) => tookMs));
}

/** Judges the quantile `share` of the times, and that the median does not grow. */
function judgeTimes(
  what: string,
  parts: readonly (readonly number[])[],
  share: number,
  most: number | null,
): Finding {
  const all = parts.flat();
  const reached = quantile(all, share);
  const flat = compareEnds('p50', median(parts[0]), median(parts.at(-1)));
  const name = `p${share * 100}`;
  const target = parts.length > 1 ? `${name} < ${most} ms, flat` : `${name} < ${most} ms`;
  return timed(what, all, {
    ratio:
      parts.length > 1
        ? `${name} ${round(reached)} ms; ${flat.ratio}`
        : `${name} ${round(reached)} ms`,
    ...(most === null
      ? {}
      : { target, met: reached < most && (parts.length === 1 || flat.isFlat) }),
  });
}

function judgeDelay(what: string, thirds: Thirds): Finding {
  const all = sumDelays(thirds.map(({ pages }) => pages));
  const p99 = delayAt(all, 0.99);
  const flat = compareEnds('p50', delayAt(thirds[0].pages, 0.5), delayAt(thirds[2].pages, 0.5));
  return {
    ...{ what, samples: sum(all.delays, (count) => count) },
    ...{ p50: `${delayAt(all, 0.5)} ms`, p99: `${p99} ms`, ratio: flat.ratio },
    ...{ target: `p99 < ${MOST_DELAY_MS} ms, flat`, met: p99 < MOST_DELAY_MS && flat.isFlat },
  };
}

/** No API may be slower than another one. */
function compareApis(what: string, thirds: Thirds): Finding {
  const ofApis = thirds[0].delayOfApis.map((_, api) =>
    Math.max(...thirds.map(({ delayOfApis }) => delayOfApis[api] ?? Number.NaN)),
  );
  return counted(what, `p99 ${ofApis.map((ms) => `${ms} ms`).join(', ')}`, {
    ...{ target: `each < ${MOST_DELAY_MS} ms`, met: Math.max(...ofApis) < MOST_DELAY_MS },
  });
}

/** A host that polls asks each second. */
function idleLimit({ load }: FarmResult): number | null {
  return load.way === 'polling' ? null : MOST_CLAIM_MS;
}

/** Null where the targets name no number of hosts. */
function postgresLimit({ load }: FarmResult): number | null {
  if (load.way === 'polling') return null;
  if (load.idle) return load.hosts <= MOST_CPU.idleHosts ? MOST_CPU.idle : null;
  return load.hosts <= MOST_CPU.workingHosts ? MOST_CPU.working : null;
}

function judgeCpu(
  what: string,
  thirds: Thirds,
  of: keyof Third['cpu'],
  limit: number | null,
): Finding {
  const percent = meanCpu(thirds, of);
  const flat = compareEnds('CPU', thirds[0].cpu[of], thirds[2].cpu[of]);
  const target = `< ${limit} % of a core, flat`;
  const judged: Against = limit === null ? {} : { target, met: percent < limit && flat.isFlat };
  return counted(what, `${round(percent)} % of a core`, { ratio: flat.ratio, ...judged });
}

export function meanCpu(thirds: Thirds, of: keyof Third['cpu']): number {
  return sum(thirds, ({ cpu }) => cpu[of]) / thirds.length;
}

function judgeMemory(what: string, [first, , last]: Thirds): Finding {
  const ratio = last.apiMb / first.apiMb;
  return counted(what, `${round(first.apiMb)} MB, then ${round(last.apiMb)} MB`, {
    ratio: `last third: ${round(ratio)} × the first`,
    ...{ target: `≤ ${MOST_MORE_MEMORY} ×`, met: ratio <= MOST_MORE_MEMORY },
  });
}

function compareEnds(what: string, first: number, last: number) {
  const ratio = last / first;
  return {
    ratio: `${what} of the last third: ${round(ratio)} × the first`,
    isFlat: ratio <= MOST_GROWN,
  };
}

export function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
