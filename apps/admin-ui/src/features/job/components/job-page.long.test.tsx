import { screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { A_DOWNLOAD } from '../../../testing/a-job.ts';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, openPage, raise, renderApp } from '../../../testing/render-app.tsx';
// Loaded before the first test, so that none waits for it.
import './job-page.tsx';

it('names each attempt that is not proven, and its end once it is', async () => {
  const { fake, running } = aFakeFarm();
  fake.farm.loseHost(running);
  fake.farm.claimNext('render-02');
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByText(/^Attempt 1 on render-01 is not proven: last heard .*\.$/);
  const attempts = within(
    (await screen.findByRole('heading', { name: 'Attempts' })).parentElement ?? document.body,
  );
  attempts.getByText('Not proven to have ended.');
  fake.farm.proveLost(running, 1);
  await attempts.findByText(/lost: its host no longer reported, proven to have ended at/);
  expect(screen.queryByText(/is not proven/)).toBeNull();
});

it('shows no end of a job whose last attempt is not proven to have ended', async () => {
  const { fake, running } = aFakeFarm();
  await fake.port.cancelJob(anAdmin('ada'), { id: running, waitMs: 0 });
  fake.farm.loseHost(running);
  renderApp({ farm: fake, path: `/jobs/${running}` });
  const facts = within(await screen.findByRole('complementary', { name: 'Facts' }));
  facts.getByText('Given up');
  for (const name of ['Ended', 'Took']) expect(facts.queryByText(name)).toBeNull();
  fake.farm.proveLost(running, 1);
  await facts.findByText('Ended');
  facts.getByText('Took');
});

it('says that the secrets of the job are gone', async () => {
  const { fake, running, recordOf } = aFakeFarm();
  recordOf(running).secretsDeletedAt = '2026-11-20T08:00:00.000Z';
  renderApp({ farm: fake, path: `/jobs/${running}?tab=definition` });
  await screen.findByText(/^Its secrets were deleted/);
  await screen.findByText(/To submit it again, enter them once more\.$/);
});

it('shows the warnings of the job', async () => {
  const { fake, running, recordOf } = aFakeFarm();
  const record = recordOf(running);
  const warning = 'Attempt 1 on render-01 may have published it too.';
  record.job = { ...record.job, warnings: [warning] };
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByText(warning);
});

it('shows what it renders, how far it is, and no more of its steps than was reported', async () => {
  const { fake, running, recordOf } = aFakeFarm({ waiting: [] });
  const template = { src: 'https://ada:secret@files.example/shows/intro.aep', composition: 'main' };
  const actions = { postrender: [{ module: '@nexrender/action-copy', output: 'intro.mov' }] };
  recordOf(running).nexrenderJob = { template, actions };
  renderApp({ farm: fake, path: `/jobs/${running}` });
  const facts = within(await screen.findByRole('complementary', { name: 'Facts' }));
  expect(facts.getByText('Template').nextSibling?.textContent).toBe('intro.aep');
  expect(facts.getByText('Composition').nextSibling?.textContent).toBe('main');
  expect(facts.getByText('Output').nextSibling?.textContent).toBe('None publishedintro.mov');
  screen.getByText(/^42 %/, { selector: 'p' });
  screen.getByTitle('Step: rendering');
  const steps = screen.getByRole('heading', { name: 'Steps' }).nextSibling;
  expect(steps?.textContent).toMatch(/^Submitteddone.*Claimed by render-01done.*Downloadnot known/);
});

it('shows its position among all that wait, until a host has it', async () => {
  const { fake, queued } = aFakeFarm();
  renderApp({ farm: fake, path: `/jobs/${queued[1]}` });
  await screen.findByText('Position 2 of 3');
  fake.farm.claimNext('render-02');
  await screen.findByText('Position 1 of 2');
  fake.farm.claimNext('render-02');
  const host = await screen.findByRole('link', { name: 'render-02' });
  expect(host.getAttribute('href')).toBe('/hosts?host=render-02');
});

it('names the tags that no host offers, and says that its position counts all jobs', async () => {
  const { fake, hosts } = aFakeFarm({ waiting: ['first', 'second'] });
  const { id } = fake.farm.submit('tagged', 'jonas', 50, { tags: 'c4d, ae24' });
  renderApp({ farm: fake, path: `/jobs/${id}` });
  await screen.findByText('Position 3 of 3 in the whole queue');
  const sentence =
    'No host offers: ae24, c4d. The job waits, and its position counts the whole queue.';
  await screen.findByText(sentence);
  const facts = within(screen.getByRole('complementary', { name: 'Facts' }));
  expect(facts.getByText('Tags').nextSibling?.textContent).toBe('ae24, c4d');
  fake.farm.hosts[0] = { ...hosts[0], tags: ['ae24', 'c4d'] };
  fake.farm.tellHost('render-01');
  await waitFor(() => expect(screen.queryByText(sentence)).toBeNull());
  screen.getByText('Position 3 of 3 in the whole queue');
});

it('tells a submitter whom to ask, and shows the word of the API beside its own', async () => {
  const { fake, running } = openPage({ waiting: [], path: '/jobs/RUNNING', user: 'sam' });
  await screen.findByText('You may submit jobs. Ask ada to stop one or to change its priority.');
  const facts = within(screen.getByRole('complementary', { name: 'Facts' }));
  expect(facts.getByText('In the API').nextSibling?.textContent).toBe('RENDERING');
  fake.farm.complete(running);
  await screen.findByText('You may run your own jobs again. Ask ada to run this one.');
  expect(facts.getByText('In the API').nextSibling?.textContent).toBe('COMPLETED');
});

it('leads from the definition to a submission filled in with it', async () => {
  const { running, person } = openPage({ waiting: [], path: '/jobs/RUNNING' });
  await person.click(await screen.findByRole('link', { name: 'Definition' }));
  const link = await screen.findByRole('link', { name: 'Edit and submit' });
  expect(link.getAttribute('href')).toBe(`/submit?from=${running}`);
});

it('tells who did what with the job, and what was refused', async () => {
  const { fake, queued } = aFakeFarm();
  const [id = ''] = queued;
  const { api } = renderApp({ farm: fake, path: `/jobs/${id}?tab=history` });
  await screen.findByRole('link', { name: 'History' });
  await api.client.setPriority.mutate({ id, priority: 80 });
  await api.client.setPriority.mutate({ id, priority: 90, expectedVersion: 1 }).catch(() => {});
  const history = within(await screen.findByRole('region', { name: 'History' }));
  await history.findByText('submitted it');
  await history.findByText('set its priority, 50 → 80');
  await history.findByText(/^tried to set its priority, refused: stale version/);
  await api.client.cancelJob.mutate({ id, waitMs: 0 });
  await history.findByText('removed it from the queue, Queued → Stopped');
});

it('shows the steps that the host reported, and the time left', async () => {
  const { fake, running } = aFakeFarm({ waiting: [] });
  // The age is shown in seconds, and a busy machine takes some of them.
  vi.setSystemTime(new Date());
  const at = new Date(Date.now() - 90_000).toISOString();
  const { api } = renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByRole('heading', { name: 'Steps' });
  const details = await api.client.getJob.query({ id: running });
  const steps = [{ name: 'render' as const, startedAt: at, endedAt: null }];
  const [attempt = raise()] = details.attempts;
  api.queryClient.setQueryDefaults(api.trpc.getJob.queryKey({ id: running }), { enabled: false });
  api.queryClient.setQueryData(api.trpc.getJob.queryKey({ id: running }), {
    ...details,
    attempts: [{ ...attempt, steps, frame: 412, totalFrames: 980 }],
  });
  api.jobs.put([{ ...details.job, version: details.job.version + 1, timeLeftMs: 360_000 }]);
  await screen.findByText('42 %, frame 412 of 980');
  await screen.findByText('≈ 6 min left');
  const shown = screen.getByRole('heading', { name: 'Steps' }).nextSibling?.textContent;
  expect(shown).toMatch(/Rendernow.*, 1 min 3\d s/);
});

it('shows what is downloaded, its age if the host is late, and nothing at the end', async () => {
  const { fake, running } = aFakeFarm({ waiting: [] });
  const names = ['a.mov (assets[0].src)', 'b.mov (assets[4].src)'];
  fake.farm.progress(running, 0, null, { ...A_DOWNLOAD, files: 7, filesDone: 3, names });
  const { api } = renderApp({ farm: fake, path: `/jobs/${running}` });
  const heading = await screen.findByRole('heading', { name: 'Progress' });
  const progress = within(heading.parentElement ?? heading);
  await progress.findByText(
    'Downloading, 3 of 7 files done: 1.0 GB of 4.0 GB, 35 MB/s, under 2 min left',
  );
  progress.getByText(`Now: ${names.join(', ')}`);
  progress.getByRole('progressbar', { name: 'Progress: Downloading, 3 of 7 files done' });
  const { job } = await api.client.getJob.query({ id: running });
  vi.setSystemTime(new Date());
  const reportedAt = new Date(Date.now() - 12_000).toISOString();
  const late = { ...(job.transfer ?? raise()), reportedAt, bytesPerSecond: null, timeLeftMs: null };
  api.queryClient.setQueryDefaults(api.trpc.getJob.queryKey({ id: running }), { enabled: false });
  api.jobs.put([{ ...job, version: job.version + 1, transfer: { ...late, totalBytes: null } }]);
  await progress.findByText(
    (_, element) => /done: 1.0 GB, as of \d\d s ago$/.test(element?.textContent ?? ''),
    { selector: 'p' },
  );
  expect(progress.queryByRole('progressbar')).toBeNull();
  fake.farm.progress(running, 42);
  await progress.findByRole('progressbar', { name: 'Progress' });
  expect(progress.queryByText(/Downloading/)).toBeNull();
});

it('tells what the host did to an attempt, and links a job with its repetition', async () => {
  const { fake, running, api } = openPage({ waiting: [], path: '/jobs/RUNNING' });
  await screen.findByRole('heading', { name: 'Attempts' });
  await api.client.cancelJob.mutate({ id: running, waitMs: 0 });
  fake.farm.acknowledgeStop(running);
  await screen.findByText(/^3 of 3 processes ended/);
  screen.getByText('3 of 7 sources from the cache, 1.2 GB');
  const [receipt] = screen.getAllByRole('link', { name: '#1' });
  expect(receipt?.getAttribute('href')).toBe('/receipts/1');
  const { job } = await api.client.resubmitJob.mutate({ id: running });
  const facts = within(screen.getByRole('complementary', { name: 'Facts' }));
  await facts.findByText('Run again as');
  expect(facts.getByTitle(job.id).getAttribute('href')).toBe(`/jobs/${job.id}`);
});
