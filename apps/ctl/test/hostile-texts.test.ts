/* A host or a job has texts that a terminal obeys. No command prints them as they are. */
import { recordHostCheck, recordReports } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { JOB, serveApi } from './serve-api.ts';

const api = serveApi();

/** Another title, an empty screen, a colour in one byte, a text from right to left, a line back. */
const HOSTILE = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202ednuor\u200b\rae-01 idle';
/** Everything that a terminal obeys but the end of a line. */
const OBEYED = /(?!\n)\p{Cc}|[\u200b\u202e]/u;

const JOB_TEXT = JOB.replaceAll('intro.aep', JSON.stringify(HOSTILE).slice(1, -1));
async function submit(): Promise<string> {
  const args = ['jobs', 'submit', '-', '--json', '--name', HOSTILE];
  const run = await api.ctl(args, { stdin: JOB_TEXT });
  expect(run.stderr).toBe('');
  expect(run.stdout).not.toMatch(OBEYED);
  return JSON.parse(run.stdout).job.id;
}

/** Two jobs of a hostile host: one has failed, one runs. */
async function makeJobs(): Promise<readonly string[]> {
  const worker = await api.signOn(HOSTILE, [HOSTILE]);
  const [failed, running] = [await submit(), await submit()];
  await api.fail(worker, await api.claimNext(worker), HOSTILE);
  const { attemptId } = await api.claimNext(worker);
  const transfer = {
    ...{ direction: 'download' as const, files: 7, filesDone: 3, names: [HOSTILE] },
    ...{ bytes: 1, totalBytes: 4, bytesPerSecond: 3 },
  };
  const at = { phase: 'downloading', percent: 0, frame: null, totalFrames: null, steps: [] };
  await recordReports(worker, { reports: [{ attemptId, progress: { ...at, transfer } }] });
  const items = [{ name: 'render', ok: false, sentence: HOSTILE }];
  await recordHostCheck(worker, { items, ranMs: 1, askedAt: null });
  return [failed, running];
}

const ofJob = (id: string) => [
  ...[
    ['show', id],
    ['show', id, '--json'],
    ['changes', id],
    ['log', id],
    ['usage', id],
  ],
  ...[
    ['pictures', id],
    ['cancel', id, '--wait-ms', '0'],
    ['priority', id, '7'],
  ],
];
const REASON = ['--reason', HOSTILE];
const OF_FARM = [
  ...[
    ['jobs', 'list', '--show', 'all'],
    ['jobs', 'list', '--json'],
    ['jobs', 'reasons'],
  ],
  ...[
    ['hosts', 'list'],
    ['hosts', 'list', '--json'],
    ['hosts', 'report', HOSTILE],
  ],
  ...[
    ['hosts', 'drain', HOSTILE],
    ['hosts', 'resume', HOSTILE],
    ['hosts', 'invite', HOSTILE],
  ],
  ...[['hosts', 'gone', HOSTILE, '--yes', HOSTILE, ...REASON]],
  ...[
    ['hosts', 'release', HOSTILE, ...REASON],
    ['hosts', 'revoke', HOSTILE, ...REASON],
  ],
  ...[['failures'], ['measures'], ['audit', 'list'], ['audit', 'list', '--json']],
  ...[
    ['users', 'add', HOSTILE, '--role', 'viewer'],
    ['tokens', 'revoke', HOSTILE],
  ],
  ...[
    ['webhooks', 'test', HOSTILE],
    ['jobs', 'show', HOSTILE],
    ['jobs', 'list', '--q', HOSTILE],
  ],
];

test('no command prints what a terminal obeys', async () => {
  const ids = await makeJobs();
  const ofJobs = ids.flatMap(ofJob).map((args) => ['jobs', ...args]);
  const shown = [];
  for (const args of [...ofJobs, ...OF_FARM]) {
    const { stdout, stderr } = await api.ctl(args);
    expect([args, stdout + stderr]).toEqual([args, expect.not.stringMatching(OBEYED)]);
    shown.push(stdout + stderr);
  }
  // Not because the texts are left out.
  expect(shown.filter((text) => text.includes('owned')).length).toBeGreaterThan(20);
});
