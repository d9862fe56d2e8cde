import { Text } from '@mantine/core';
import type { GetMeasuresOutput } from '@renderdeck/contract';
import { Name } from '../../../components/name.tsx';
import { formatNumber, formatShortDuration } from '../../../components/time/format-time.ts';
import {
  describeEnded,
  describeHosts,
  describeStops,
  describeWaiting,
  formatShare,
  OUTCOMES,
} from './describe-measures.ts';
import { LineChart } from './line-chart.tsx';
import { Measure } from './measure.tsx';
import styles from './measures.module.css';

const HOUR_MS = 3_600_000;
const STEP = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const NONE = 'none';

type Props = { readonly measures: GetMeasuresOutput };

/** The four measures of a range. */
export function Measures({ measures }: Props) {
  return (
    <>
      <Text size="sm" c="dimmed" mb={12}>
        Each step is {measures.stepMs === HOUR_MS ? 'an hour' : '24 hours'}, named by its start; the
        last one is not over. A time is a bound that is at most 15 % too high.
      </Text>
      <div className={styles.measures}>
        <Waiting measures={measures} />
        <Ended measures={measures} />
        <Stops measures={measures} />
        <Hosts measures={measures} />
      </div>
    </>
  );
}

function Waiting({ measures }: Props) {
  const { waiting } = measures;
  const described = describeWaiting(waiting);
  const rows = rowsOf(measures, waiting.steps, ({ count, medianMs, p95Ms }) => [
    formatNumber(count),
    duration(medianMs),
    duration(p95Ms),
  ]);
  return (
    <Measure
      title="Waiting time"
      described={described}
      note={
        'From the submission until a host first takes the job. Later waits of the same job are ' +
        'not counted.'
      }
      table={{ head: ['From', 'Jobs', 'Half within', '95 % within'], rows }}
    >
      <LineChart
        name={`Waiting time. ${described.sentence}`}
        lines={[
          { label: 'median', values: waiting.steps.map(({ medianMs }) => medianMs) },
          { label: '95 %', values: waiting.steps.map(({ p95Ms }) => p95Ms) },
        ]}
        format={formatShortDuration}
        {...edgesOf(measures)}
      />
    </Measure>
  );
}

function Ended({ measures }: Props) {
  const { ended } = measures;
  const described = describeEnded(ended);
  const rows = rowsOf(measures, ended.steps, (step) =>
    OUTCOMES.map(([, countOf]) => formatNumber(countOf(step))),
  );
  return (
    <Measure
      title="Renders ended"
      described={described}
      table={{ head: ['From', ...OUTCOMES.map(([label]) => label)], rows }}
    >
      <LineChart
        name={`Renders ended. ${described.sentence}`}
        lines={OUTCOMES.map(([label, countOf]) => ({ label, values: ended.steps.map(countOf) }))}
        format={formatNumber}
        {...edgesOf(measures)}
      />
    </Measure>
  );
}

function Stops({ measures }: Props) {
  const { stops } = measures;
  const described = describeStops(stops);
  const rows = rowsOf(measures, stops.steps, (step) => [
    formatNumber(step.asked),
    formatNumber(step.notProven),
    duration(step.askToProof.medianMs),
    duration(step.askToProof.p95Ms),
  ]);
  return (
    <Measure
      title="Stop time, ask to proof"
      described={described}
      table={{ head: ['From', 'Stops', 'Not proven', 'Half within', '95 % within'], rows }}
    >
      <LineChart
        name={`Stop time, ask to proof. ${described.sentence}`}
        lines={[
          { label: 'median', values: stops.steps.map(({ askToProof }) => askToProof.medianMs) },
          { label: '95 %', values: stops.steps.map(({ askToProof }) => askToProof.p95Ms) },
        ]}
        format={formatShortDuration}
        {...edgesOf(measures)}
      />
    </Measure>
  );
}

function Hosts({ measures: { hosts } }: Props) {
  const rows = hosts.map(({ host, slots, busyMs, use }) => [
    host,
    slots === null ? NONE : String(slots),
    `${(busyMs / HOUR_MS).toFixed(1)} h`,
    use === null ? NONE : formatShare(use),
  ]);
  return (
    <Measure
      title="Host use"
      described={describeHosts(hosts)}
      note="For the number of slots that a host has now, even if it had another or was off."
      table={{ head: ['Host', 'Slots now', 'Busy', 'Use'], rows }}
    >
      <HostUse hosts={hosts} />
    </Measure>
  );
}

function rowsOf<Step>(
  { from, stepMs }: GetMeasuresOutput,
  steps: readonly Step[],
  cellsOf: (step: Step) => string[],
): string[][] {
  return steps.map((step, index) => [
    stepName(Date.parse(from) + index * stepMs),
    ...cellsOf(step),
  ]);
}

function edgesOf({ from, at }: GetMeasuresOutput) {
  return { from: stepName(Date.parse(from)), to: stepName(Date.parse(at)) };
}

function stepName(atMs: number): string {
  return STEP.format(new Date(atMs)).replace(',', '');
}

function duration(ms: number | null): string {
  return ms === null ? NONE : formatShortDuration(ms);
}

/** A bar for each host: the share of the time of its slots in which it rendered. */
function HostUse({ hosts }: { readonly hosts: GetMeasuresOutput['hosts'] }) {
  return (
    <ul className={styles.bars}>
      {hosts.map(({ host, use }) =>
        use === null ? null : (
          <li key={host}>
            <Text span inherit style={{ overflowWrap: 'anywhere' }}>
              <Name of={host} />
            </Text>
            <svg aria-hidden="true" width="100%" height={12}>
              <rect width="100%" height="100%" fill="var(--rd-bg-hover)" />
              <rect width={`${Math.round(use * 100)}%`} height="100%" fill="var(--rd-running)" />
            </svg>
            <Text span inherit ta="right">
              {formatShare(use)}
            </Text>
          </li>
        ),
      )}
    </ul>
  );
}
