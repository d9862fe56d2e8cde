/* Tags on the command line: the tags of a job that no host offers, and the tags of a host. */
import { beforeEach, expect, test } from 'vitest';
import { JOB, serveApi, UUID } from './serve-api.ts';

const WARNING =
  '  WARNING    No host offers: c4d. The job waits, and its position counts the whole queue.\n';

const api = serveApi(beforeEach);

const submitTagged = async (...more: string[]) => {
  const stdin = JSON.stringify({ ...JSON.parse(JOB), tags: 'c4d, ae24' });
  return (await api.ctl(['jobs', 'submit', '-', '--name', 'Tagged', ...more], { stdin })).stdout;
};

test('a job that no host may take is shown so after submit, show, list and run again', async () => {
  await api.signOn('ae-01', ['ae24']);
  await api.submit();
  const submitted = await submitTagged();
  const [id = ''] = UUID.exec(submitted) ?? [];
  expect(submitted).toBe(
    `Submitted Tagged as ${id}: position 2 in the whole queue, priority 50.\n${WARNING}`,
  );
  const again = await api.ctl(['jobs', 'resubmit', id]);
  expect(again.stdout).toMatch(/^Submitted Tagged again as \S+: position 3 in the whole queue, /);
  expect(again.stdout).toContain(WARNING);

  const shown = (await api.ctl(['jobs', 'show', id])).stdout;
  expect(shown).toContain('priority 50, position 2 in the whole queue, version 2\n');
  expect(shown).toContain('  tags ae24, c4d\n');
  expect(shown).toContain(WARNING);
  const { stdout: listed } = await api.ctl(['jobs', 'list']);
  expect(listed).toMatch(/ 2 +0% +- +- +ae24,c4d +Tagged\n/);
  expect(listed).toMatch(/\nNo host offers: c4d \(2 of these jobs\)\n$/);

  await api.signOn('ae-02', ['ae24', 'c4d']);
  expect((await api.ctl(['jobs', 'show', id])).stdout).not.toContain('No host');
  expect((await api.ctl(['jobs', 'list'])).stdout).not.toContain('No host');
});

test('jobs tags sets the tags of a queued job, and warns when no host offers them', async () => {
  await api.signOn('ae-01', ['ae24']);
  const submitted = await submitTagged();
  const [id = ''] = UUID.exec(submitted) ?? [];
  expect((await api.ctl(['jobs', 'tags', id, 'ae24'])).stdout).toBe('Tagged has the tags ae24.\n');
  expect((await api.ctl(['jobs', 'tags', id, ''])).stdout).toBe('Tagged has no tags.\n');
  expect((await api.ctl(['jobs', 'tags', id, 'c4d'])).stdout).toBe(
    `Tagged has the tags c4d.\n${WARNING}`,
  );
  const late = await api.ctl(['jobs', 'tags', id, 'ae24', '--expected-version', '1']);
  expect(late).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('tags none → c4d') });
});

test('hosts list and doctor name what each host offers', async () => {
  await api.signOn('ae-01');
  await api.signOn('ae-02', ['ae24', 'c4d']);
  const { stdout } = await api.ctl(['hosts', 'list']);
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 5))).toEqual([
    ['NAME', 'STATE', 'LAST HEARD', 'JOBS', 'TAGS'],
    ['ae-01', 'idle', expect.any(String), '0', '-'],
    ['ae-02', 'idle', expect.any(String), '0', 'ae24,c4d'],
    [''],
  ]);
  const doctor = (await api.ctl(['doctor'])).stdout.split('\n');
  const about = (host: string) => doctor.filter((line) => line.includes(host)).join('\n');
  expect(about('ae-02')).toContain('offers ae24 c4d');
  expect(about('ae-01')).not.toContain('offers');
});
