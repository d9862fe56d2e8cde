/* What `jobs show` says of the transfers of a running job. */
import { recordReports } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { serveApi } from './serve-api.ts';

const api = serveApi();

test('jobs show says what the host downloads, and no more once it has ended', async () => {
  const id = await api.submit();
  const worker = await api.signOn('render-01');
  const { attemptId } = await api.claimNext(worker);
  const at = { phase: 'downloading', percent: 0, frame: null, totalFrames: null };
  const transfer = {
    ...{ direction: 'download' as const, files: 7, filesDone: 3 },
    names: ['a\u001b.mov (assets[3].src)'],
    ...{ bytes: 1_200_000_000, totalBytes: 4_000_000_000, bytesPerSecond: 35_000_000 },
  };
  await recordReports(worker, { reports: [{ attemptId, progress: { ...at, transfer } }] });
  expect((await api.ctl(['jobs', 'show', id])).stdout).toMatch(
    new RegExp(
      '\n {2}Downloading, 3 of 7 files done: ' +
        '1.2 GB of 4.0 GB, 35 MB/s, under 2 min left, as of \\S+ \\S+Z\n' +
        ' {4}now a\\\\x1b[.]mov \\(assets\\[3\\][.]src\\)\n',
    ),
  );
  const shown = await api.ctl(['jobs', 'show', id, '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ job: { transfer: { files: 7, filesDone: 3 } } });
  await recordReports(worker, { reports: [{ attemptId, progress: at }] });
  expect((await api.ctl(['jobs', 'show', id])).stdout).not.toContain('Downloading');
});
