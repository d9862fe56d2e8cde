import { describeKillTest, describePreparation, type WireHost } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption } from './command-options.ts';
import { shortTime } from './format-table.ts';
import type { Perform } from './perform.ts';

type Finding = NonNullable<WireHost['preparation']>['findings'][number];

const STATES: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok',
  done: 'done',
  todo: 'TO DO',
  unknown: 'not known',
};

/** `ctl hosts report`: the results of `worker prepare` and `worker selftest-kill` on a host. */
export function addReport(hosts: Command, perform: Perform): void {
  hosts
    .command('report <name>')
    .description('show what was found when the host was prepared, and when it ended test programs')
    .addOption(jsonOption())
    .action((name: string, options: { json?: boolean }) =>
      perform(options, async (api) => {
        const host = (await api.listHosts.query()).hosts.find((one) => one.name === name);
        if (host === undefined)
          return { lines: [], json: null, problem: `no host is named ${name}` };
        const { preparation, killTest } = host;
        const lines = [
          ...linesOf('worker prepare', describePreparation(host), preparation),
          ...linesOf('worker selftest-kill', describeKillTest(host), killTest),
        ];
        return { lines, json: { name, preparation, killTest } };
      }),
    );
}

function linesOf(command: string, words: string, report: WireHost['preparation']): string[] {
  if (report === null) return [`${command}: ${words}`];
  return [
    `${command}, ${shortTime(report.at)}: ${words}`,
    ...report.findings.map(
      ({ name, state, sentence }) => `  ${STATES[state].padEnd(9)} ${name}: ${sentence}`,
    ),
  ];
}
