import type { GetMeasuresOutput } from '@renderdeck/contract';
import { MEASURE_RANGES } from '@renderdeck/contract';
import { type Command, Option } from 'commander';
import { jsonOption } from './command-options.ts';
import { formatTable, shortMs, shortTime } from './format-table.ts';
import type { Perform } from './perform.ts';

type Options = { readonly range: GetMeasuresOutput['range']; readonly json?: boolean };
type Percentiles = GetMeasuresOutput['stops']['askToProof'];

/** `ctl measures`: figures of the farm in the last day, week or month. */
export function addMeasures(program: Command, perform: Perform): void {
  program
    .command('measures')
    .description('queue, waiting time, renders by outcome, reasons of failures, stops, host use')
    .addOption(new Option('--range <range>', 'how far back').choices(MEASURE_RANGES).default('24h'))
    .addOption(jsonOption())
    .action((options: Options) =>
      perform(options, async (api) => {
        const measures = await api.getMeasures.query({ range: options.range });
        return { lines: linesOf(measures), json: measures };
      }),
    );
}

function linesOf(measures: GetMeasuresOutput): string[] {
  const { from, at, waiting, ended, stops, hosts } = measures;
  const given = ended.released + ended.hostFailed;
  const rows = hosts.map(({ host, slots, busyMs, use }) => [
    host,
    slots === null ? '-' : String(slots),
    `${(busyMs / 3_600_000).toFixed(1)} h`,
    use === null ? '-' : `${Math.round(use * 100)} %`,
  ]);
  return [
    `${shortTime(from)} to ${shortTime(at)}`,
    `  queue          ${queueNow(measures)}`,
    `  first wait     ${timesOf(waiting)}`,
    `  renders ended  ${ended.completed} finished, ${ended.failed} failed, ` +
      `${ended.stopped} stopped, ${ended.lost} lost, ${given} given back`,
    `  stops          ${stops.asked} asked for, ${stops.proven} proven, ` +
      `${stops.notProven} not proven`,
    `  ask to proof   ${timesOf(stops.askToProof)}`,
    `  time to dead   ${timesOf(stops.timeToDead)}`,
    `  time to clean  ${timesOf(stops.timeToClean)}`,
    ...formatTable(['QUEUE FROM', 'MOST WAITING', 'OLDEST'], queueRows(measures), 'No samples.'),
    ...formatTable(['JOBS', 'HOSTS', 'REASON'], reasonRows(measures), 'No failed jobs.'),
    ...formatTable(['HOST', 'SLOTS NOW', 'BUSY', 'USE'], rows, 'No hosts.'),
  ];
}

function queueNow({ queue: { waiting, oldestMs, usual } }: GetMeasuresOutput): string {
  const oldest = oldestMs === null ? '' : `, the oldest for ${shortMs(oldestMs)}`;
  return `${waiting} waiting${oldest}${usual === null ? '' : ` (usual ${usual})`}`;
}

/** The most of each step of the measures. The queue has shorter steps, which would fill pages. */
function queueRows({ from, stepMs, queue }: GetMeasuresOutput): string[][] {
  const perStep = stepMs / queue.stepMs;
  const rows: string[][] = [];
  for (let first = 0; first < queue.steps.length; first += perStep) {
    const sampled = queue.steps
      .slice(first, first + perStep)
      .flatMap(({ waiting, oldestMs }) => (waiting === null ? [] : [{ waiting, oldestMs }]));
    if (sampled.length === 0) continue;
    const start = new Date(Date.parse(from) + first * queue.stepMs).toISOString();
    const waiting = Math.max(...sampled.map((step) => step.waiting));
    const oldest = Math.max(...sampled.map(({ oldestMs }) => oldestMs ?? 0));
    rows.push([shortTime(start), String(waiting), waiting === 0 ? '-' : shortMs(oldest)]);
  }
  return rows;
}

function reasonRows({ reasons }: GetMeasuresOutput): string[][] {
  return reasons.map(({ reason, count, hosts }) => [
    String(count),
    hosts.map((host) => `${host.host} ${host.count}`).join(', '),
    reason === '' ? 'no reason is known' : reason,
  ]);
}

function timesOf({ count, medianMs, p95Ms }: Percentiles): string {
  if (medianMs === null || p95Ms === null) return 'none';
  return `half within ${shortMs(medianMs)}, 95 % within ${shortMs(p95Ms)} (${count})`;
}
