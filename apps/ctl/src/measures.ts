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
    .description('waiting time, renders by outcome, stops and host use')
    .addOption(new Option('--range <range>', 'how far back').choices(MEASURE_RANGES).default('24h'))
    .addOption(jsonOption())
    .action((options: Options) =>
      perform(options, async (api) => {
        const measures = await api.getMeasures.query({ range: options.range });
        return { lines: linesOf(measures), json: measures };
      }),
    );
}

function linesOf({ from, at, waiting, ended, stops, hosts }: GetMeasuresOutput): string[] {
  const given = ended.released + ended.hostFailed;
  const rows = hosts.map(({ host, slots, busyMs, use }) => [
    host,
    slots === null ? '-' : String(slots),
    `${(busyMs / 3_600_000).toFixed(1)} h`,
    use === null ? '-' : `${Math.round(use * 100)} %`,
  ]);
  return [
    `${shortTime(from)} to ${shortTime(at)}`,
    `  first wait     ${timesOf(waiting)}`,
    `  renders ended  ${ended.completed} finished, ${ended.failed} failed, ` +
      `${ended.stopped} stopped, ${ended.lost} lost, ${given} given back`,
    `  stops          ${stops.asked} asked for, ${stops.proven} proven, ` +
      `${stops.notProven} not proven`,
    `  ask to proof   ${timesOf(stops.askToProof)}`,
    `  time to dead   ${timesOf(stops.timeToDead)}`,
    `  time to clean  ${timesOf(stops.timeToClean)}`,
    ...formatTable(['HOST', 'SLOTS NOW', 'BUSY', 'USE'], rows, 'No hosts.'),
  ];
}

function timesOf({ count, medianMs, p95Ms }: Percentiles): string {
  if (medianMs === null || p95Ms === null) return 'none';
  return `half within ${shortMs(medianMs)}, 95 % within ${shortMs(p95Ms)} (${count})`;
}
