/* Jobs from the command line: submit, list, show, cancel, priority. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acknowledgeStop } from '@renderdeck/operations';
import { folderOfFile } from '@renderdeck/testing';
import { beforeEach, expect, test } from 'vitest';
import { JOB, serveApi, UUID } from './serve-api.ts';

const api = serveApi(beforeEach);
const folder = folderOfFile('ctl');

test('jobs: submitted from a file, listed in queue order, shown', async () => {
  const file = join(folder.path, 'job.json');
  await writeFile(file, JOB);
  const first = await api.ctl(['jobs', 'submit', file, '--name', 'Intro']);
  expect(first).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Submitted Intro as \S+: position 1, priority 50[.]\n$/),
  });
  await api.submit('--name', 'Urgent', '--priority', '90');
  const { stdout } = await api.ctl(['jobs', 'list', '--status', 'QUEUED']);
  expect(stdout.split('\n').map((line) => line.replace(UUID, 'ID').replaceAll(/ +/g, ' '))).toEqual(
    [
      'ID STATUS PRIO POS DONE HOST OPEN TAGS NAME',
      'ID QUEUED (Queued) 90 1 0% - - - Urgent',
      'ID QUEUED (Queued) 50 2 0% - - - Intro',
      '',
    ],
  );
  const [id = ''] = UUID.exec(first.stdout) ?? [];
  expect((await api.ctl(['jobs', 'show', id])).stdout).toMatch(
    new RegExp(
      '^Intro \\(.*\\)\n' +
        ' {2}QUEUED \\(Queued\\), 0 % done, priority 50, position 2, version 1\n' +
        ' {2}submitted .* by ada; started -; ended -\n' +
        ' {2}Start not known: .+\n' +
        ' {2}template .*, composition main\n$',
    ),
  );
});

test('a preview says the position of a job, and the highest priority that is allowed', async () => {
  await api.submit('--priority', '60');
  const preview = await api.ctl(['jobs', 'preview', '--priority', '60']);
  expect(preview.stdout).toMatch(
    new RegExp(
      '^It would get position 2; 1 wait, as of .*[.]\n' +
        'Start not known: .+ \\(for a job without tags\\)[.]\n' +
        'The highest priority that you may submit with is 100[.]\n$',
    ),
  );
  expect(JSON.parse((await api.ctl(['jobs', 'preview', '--json'])).stdout)).toMatchObject({
    position: 2,
    queued: 1,
  });
});

test('a long list is shown in pages', async () => {
  await api.submit();
  await api.submit();
  const [, , count, more = ''] = (await api.ctl(['jobs', 'list', '--limit', '1'])).stdout.split(
    '\n',
  );
  expect(count).toBe('1 of 2.');
  expect(more).toMatch(/^More: --cursor \S+$/);
  const cursor = more.replace('More: --cursor ', '');
  const rest = await api.ctl(['jobs', 'list', '--limit', '1', '--cursor', cursor]);
  const lines = rest.stdout.trim().split('\n');
  expect(lines).toHaveLength(4);
  const back = lines[3]?.replace('Before: ', '').split(' ') ?? [];
  expect((await api.ctl(['jobs', 'list', '--limit', '1', ...back])).stdout).toContain(more);
});

test('jobs are found by name, submitter, section of the list and time', async () => {
  await api.submit('--name', 'Spot 0141');
  await api.submit('--name', 'Outro');
  const names = async (...options: string[]) => {
    const { stdout } = await api.ctl(['jobs', 'list', '--json', ...options]);
    const { jobs }: { jobs: { name: string }[] } = JSON.parse(stdout);
    return jobs.map(({ name }) => name);
  };
  expect(await names('--q', 'SPOT')).toEqual(['Spot 0141']);
  expect(await names('--by', 'ada', '--show', 'active')).toHaveLength(2);
  expect(await names('--by', 'sam')).toEqual([]);
  expect(await names('--host', 'render-01')).toEqual([]);
  expect(await names('--from', '2020-01-01', '--q', 'outro')).toEqual(['Outro']);
  expect(await names('--to', '2020-01-01')).toEqual([]);
  expect(await names('--skip', '1')).toEqual(['Outro']);
  const wrong = await api.ctl(['jobs', 'list', '--from', 'yesterday']);
  expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('from: ') });
});

test('a queued job is cancelled with a receipt; a second cancel shows that receipt', async () => {
  const id = await api.submit();
  const first = await api.ctl(['jobs', 'cancel', id, '--reason', 'wrong colours']);
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toMatch(
    new RegExp(
      '^Stopped[.] Nothing of it is running[.] Confirmed .*\n' +
        ' {2}asked      #\\d+, .* by ada over trpc: wrong colours\n' +
        ' {2}proof +no process was started: the job waited, or was stopped before ' +
        'its render began\n' +
        ' {2}output +none was published\n$',
    ),
  );
  expect(await api.ctl(['jobs', 'cancel', id])).toEqual(first);
});

test('a cancel of a running job exits with 1 until its host proves the stop, then 0', async () => {
  const id = await api.submit();
  const worker = await api.signOn('render-01');
  const attempt = await api.claimNext(worker);
  const open = await api.ctl(['jobs', 'cancel', id, '--wait-ms', '0']);
  expect(open).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^Stopping[.] Waiting for render-01[.]\n/),
  });
  expect(open.stderr).toBe(
    'ctl: cancelling: Stop requested; render-01 has not yet confirmed that nothing of the job ' +
      'runs; ask again later.\n',
  );
  const ended = {
    bootId: 'boot',
    pid: 4100,
    startToken: '1',
    name: 'aerender',
    parentPid: 1,
    startedAt: new Date().toISOString(),
    endedBy: 'SIGKILL',
    endedAt: new Date().toISOString(),
  } as const;
  await acknowledgeStop(worker, {
    attempt,
    reports: {
      stopReport: { processes: [ended], proof: 'kernel', survivors: [], timeToDeadMs: 41 },
      removalReport: { files: 3, bytes: 900, leftovers: [], timeToCleanMs: 2 },
      deadMsAgo: 0,
      output: 'none',
      publications: null,
    },
  });
  const done = await api.ctl(['jobs', 'cancel', id]);
  expect(done).toMatchObject({ exitCode: 0, stderr: '' });
  expect(done.stdout).toContain('  process    4100 aerender: ended by SIGKILL\n');
  expect(done.stdout).toMatch(
    new RegExp(
      ' {2}host       render-01, answered with its proof\\n(.*\\n)*' +
        ' {2}proof      the kernel says that its container is empty\\n' +
        ' {2}took       [\\d.]+ m?s from the request to the proof; the host needed 41 ms\\n' +
        ' {2}files      3 removed, 900 bytes in 2 ms\\n',
    ),
  );
  const { stdout: shown } = await api.ctl(['jobs', 'show', id]);
  expect(shown).toContain('  CANCELLED (Stopped), ');
  expect(shown).toContain(
    '  attempt 1 on render-01: stopped\n' +
      '    processes  1 seen, proof kernel\n' +
      '    files      3 removed, 900 bytes in 2 ms\n',
  );
});

test('a job runs again; its changes and the receipt of its cancel are found', async () => {
  const id = await api.submit('--name', 'Intro');
  const again = await api.ctl(['jobs', 'resubmit', id, '--priority', '70']);
  expect(again).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Submitted Intro again as \S+: position 1, priority 70[.]\n$/),
  });
  const [newId = ''] = UUID.exec(again.stdout) ?? [];
  expect((await api.ctl(['jobs', 'show', newId])).stdout).toContain(`  runs ${id} again\n`);
  const cancelled = await api.ctl(['jobs', 'cancel', id, '--reason', 'typo']);
  const [, number = ''] = /#(\d+)/.exec(cancelled.stdout) ?? [];
  const receipt = await api.ctl(['jobs', 'receipt', number]);
  expect(receipt).toMatchObject({ exitCode: 0 });
  expect(receipt.stdout).toBe(
    `#${number}: Intro (${id}), CANCELLED (Stopped)\n${cancelled.stdout}`,
  );
  const changes = (await api.ctl(['jobs', 'changes', id])).stdout.trim().split('\n');
  expect(changes.map((line) => line.slice(22))).toEqual([
    'submit by ada - → QUEUED',
    'resubmit by ada',
    'cancelQueued by ada QUEUED → CANCELLED: typo',
  ]);
  expect((await api.ctl(['jobs', 'reasons'])).stdout).toBe('typo\n');
  expect(await api.ctl(['jobs', 'receipt', '999999'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('receipt_not_found'),
  });
});

test('a priority shows both positions; setting the same priority changes nothing', async () => {
  await api.submit();
  const id = await api.submit('--name', 'Intro');
  expect(await api.ctl(['jobs', 'priority', id, '90'])).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(
      /^Intro: priority 50 → 90, position 1 instead of 2 at [-0-9]{10} [:0-9]{8}Z, version 2[.]\n$/,
    ),
    stderr: '',
  });
  expect((await api.ctl(['jobs', 'priority', id, '90'])).stdout).toMatch(
    /^Intro: priority is 90 already, position 1 at [-0-9]{10} [:0-9]{8}Z[.] Nothing changed[.]\n$/,
  );
  expect(await api.ctl(['jobs', 'priority', id, '10', '--expected-version', '1'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^ctl: stale_version: /),
  });
  expect(await api.ctl(['jobs', 'priority', id, '101'])).toMatchObject({
    exitCode: 1,
    stderr:
      'ctl: invalid_input: priority: ' +
      'A priority is a whole number from 0 to 100; larger runs first.\n',
  });
});

test('the refusal names a job file that does not exist', async () => {
  const file = join(folder.path, 'none.json');
  expect(await api.ctl(['jobs', 'submit', file])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`no_file: ${file} cannot be read`),
  });
});
