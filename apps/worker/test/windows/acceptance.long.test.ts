/* `worker acceptance` under Wine: every probe ends, and the known differences of Wine show. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing';
import { describeOnWindows, installNativeStandIn } from '@renderdeck/wine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHostFolder } from '../../build/index.ts';

type Report = {
  readonly host: { readonly system: string };
  readonly results: readonly { readonly name: string; readonly verdict: string }[];
};

/** Questions that Wine answers in another way than Windows (docs/hosts/windows.md). */
const NOT_AS_ON_WINDOWS = [
  'limits of a job',
  'limit of processes',
  'access denied',
  'session',
  'Ctrl-Break of a console',
  'uptime of the host',
  'accounts of a job',
  'rename a folder with an open file',
  'delete a file that lets others delete',
  'junction',
  'names that Windows reads differently',
  'escape by a scheduled task',
  'escape by WMI',
];
const AS_ON_WINDOWS = [
  'breakaway',
  'stop of eleven programs',
  'job within a job',
  'worker killed',
  'time of creation',
  'crash in a job',
  'signals of node',
  'ids of the host',
  'delete an open file',
  'delete a folder with an open file',
  'publish over an open file',
  'delete the working folder of a program',
  'long path',
  'delete what was just written',
  'programs of a render',
  'cancel of a render',
];

describeOnWindows('a Windows host is asked what only it can tell', (wine) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let report: Report;
  let output = '';
  beforeAll(async () => {
    folder = await temporaryFolder('host-folder');
    const built = await buildHostFolder({ target: 'win32-x64', into: folder.path });
    const program = wine.toWindows(join(built, 'worker.mjs'));
    const aerender = await installNativeStandIn(wine);
    const into = join(wine.driveC, 'report');
    await mkdir(into);
    const ran = await wine.run(
      wine.nodeExe,
      [program, 'acceptance', '--into', wine.toWindows(into)],
      {
        env: {
          DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
          RENDERDECK_SCRATCH_ROOT: 'C:\\scratch',
          RENDERDECK_AERENDER: aerender,
        },
      },
    );
    output = ran.output;
    const name = (await readdir(into)).find((one) => one.endsWith('.json'));
    report = JSON.parse(await readFile(join(into, name ?? 'no report'), 'utf8'));
  });
  afterAll(() => folder.remove());

  test('the answers that are as on Windows, and those that differ', () => {
    const named = (...verdicts: string[]) =>
      report.results.filter(({ verdict }) => verdicts.includes(verdict)).map(({ name }) => name);
    expect(named('differs', 'failed'), output).toEqual(NOT_AS_ON_WINDOWS);
    expect(named('asExpected'), output).toEqual(AS_ON_WINDOWS);
    expect(named('open', 'notHere')).toEqual([]);
    expect(report.host.system).toMatch(/^win32 x64 /);
  });
});
