/*
 * Forecasts of starts on PostgreSQL: what a reader of a job gets, when nothing is known, and what
 * the ranges learn. Long because: its tests share one farm and one way to make a forecast.
 */
import { binOfForecast, spanOfErrors } from '@renderdeck/domain';
import { waitFor } from '@renderdeck/testing';
import { beforeEach, expect, it } from 'vitest';
import { createForecaster, measureNewAttempts } from '../../src/extras.ts';
import {
  claimJob,
  findJobView,
  listJobs,
  previewPriority,
  previewSubmit,
  setTags,
} from '../../src/index.ts';
import {
  aCompletedJob,
  aFarm,
  aQueuedJob,
  aRunningJob,
  cancel,
  NEXRENDER_JOB,
  silence,
  WHOLE_LIST,
} from '../../testing/index.ts';

const farm = aFarm();
const MINUTE = 60_000;
const template = (name: string, tags?: string) => ({
  ...NEXRENDER_JOB,
  template: { ...NEXRENDER_JOB.template, composition: name },
  tags,
});
/** Makes a forecast as if the last one were old. */
const forecast = async (forecaster = createForecaster()) => {
  await farm.sql`update queue_forecasts set made_at = made_at - interval '4 seconds'`;
  await forecaster.forecast({ db: farm.db });
};
const estimateOf = async (id: string) => (await findJobView(farm.db, id))?.estimate;
const saidOf = async (tags: string, place: number): Promise<number | null> => {
  const [row] = await farm.sql`select forecast_at(${tags}, ${place})->>'saidS' as said`;
  return row?.said === null ? null : Number(row?.said);
};
/** Says that so many renders of this template took so long. */
const measured = (name: string, minutes: number, renders = 10) => farm.sql`
  insert into render_paces (key, renders, mean_ms, log_mean, log_var, at)
  select md5(jsonb_build_array(src, ${name}::text, null, null, null)::text), ${renders}::int,
    ${minutes * MINUTE}::bigint, ln(${minutes * MINUTE}::float8), 0.04, now()
  from (select ${NEXRENDER_JOB.template.src}::text as src) given`;

beforeEach(async () => {
  await farm.sql`delete from jobs`;
  await farm.sql`delete from job_changes`;
  await farm.sql`delete from render_hosts`;
  await farm.sql`delete from render_paces`;
  await farm.sql`delete from queue_forecasts`;
  await farm.sql`delete from forecast_samples`;
  await farm.sql`delete from forecast_errors`;
});

it('readers get the starts of a whole simulation, in the first jobs and behind them', async () => {
  await farm.worker('render-01');
  await farm.worker('render-02');
  await farm.sql`update render_hosts set tags = '{c4d}', slots = 1 where name = 'render-02'`;
  await measured('short', 5);
  await measured('long', 20);
  const lengths = Array.from({ length: 260 }, (_, index) => (index % 4 === 0 ? 20 : 5));
  const tagsOf = (index: number) => (index % 7 === 0 ? 'c4d' : '');
  const ids: string[] = [];
  for (const [index, minutes] of lengths.entries()) {
    const nexrenderJob = template(minutes === 20 ? 'long' : 'short', tagsOf(index) || undefined);
    ids.push((await aQueuedJob(farm, { nexrenderJob })).job.id);
  }
  await forecast();
  // Each job goes to the slot that is free first; only the third slot offers c4d.
  const free = [0, 0, 0];
  const starts = lengths.map((minutes, index) => {
    const may = tagsOf(index) === '' ? [0, 1, 2] : [2];
    const slot = may.reduce((best, one) => ((free[one] ?? 0) < (free[best] ?? 0) ? one : best));
    const start = free[slot] ?? 0;
    free[slot] = start + minutes;
    return start;
  });
  for (const index of [0, 7, 20]) {
    expect(await saidOf(tagsOf(index), index + 1)).toBe((starts[index] ?? 0) * 60);
  }
  for (const index of [63, 150, 203, 238, 259]) {
    const said = ((await saidOf(tagsOf(index), index + 1)) ?? 0) / 60;
    expect(Math.abs(said - (starts[index] ?? 0))).toBeLessThan(21);
  }
  const estimate = await estimateOf(ids[238] ?? '');
  const { startsAt = null, ground, notKnown } = estimate ?? {};
  const [{ now = new Date() } = {}] = await farm.sql`select clock_timestamp() as now`;
  const startMs = (starts[238] ?? 0) * MINUTE + now.getTime();
  expect(startsAt?.from.getTime()).toBeLessThan(startMs);
  expect(startsAt?.to.getTime()).toBeGreaterThan(startMs);
  expect([ground, notKnown]).toEqual([{ of: 'template', renders: 10 }, null]);

  const { emptyAt } = await listJobs({ db: farm.db }, WHOLE_LIST);
  const lastMs = Math.max(...starts) * MINUTE + now.getTime();
  expect(emptyAt?.from.getTime()).toBeLessThan(lastMs);
  expect(emptyAt?.to.getTime()).toBeGreaterThan(lastMs);

  const preview = await previewPriority(
    { db: farm.db },
    { id: ids[259] ?? '', priority: 90, skip: 0, limit: 1 },
  );
  const shift = preview.ok ? (preview.preview.start.shiftMs ?? 0) : 0;
  expect(shift / MINUTE).toBeLessThan(-(starts[259] ?? 0) + 25);
  const actor = farm.admin.requestContext.actor;
  const input = { actor, priority: 100, submitPriorityMax: 100 };
  expect((await previewSubmit({ db: farm.db }, input)).start.startsAt).not.toBeNull();
});

it('nothing is said from an old forecast, or from one that a clock has put ahead', async () => {
  await farm.worker();
  await measured('main', 5);
  const { job } = await aQueuedJob(farm);
  expect(await estimateOf(job.id)).toMatchObject({ startsAt: null, notKnown: 'noForecast' });
  await forecast();
  expect(await estimateOf(job.id)).toMatchObject({ notKnown: null });
  for (const shift of ['-31 seconds', '1 hour']) {
    await farm.sql`
      update queue_forecasts set made_at = clock_timestamp() + ${shift}::text::interval`;
    expect(await estimateOf(job.id)).toMatchObject({ startsAt: null, notKnown: 'noForecast' });
    expect((await listJobs({ db: farm.db }, WHOLE_LIST)).emptyAt).toBeNull();
  }
  // A forecast of the future does not keep a process from making a new one.
  await createForecaster().forecast({ db: farm.db });
  expect(await estimateOf(job.id)).toMatchObject({ notKnown: null });
});

it('it says why a start is not known', async () => {
  const worker = await farm.worker();
  await farm.worker('render-02');
  await farm.sql`update render_hosts set tags = '{c4d}' where name = 'render-02'`;
  await measured('main', 5);
  const plain = await aQueuedJob(farm);
  const fonts = await aQueuedJob(farm, { nexrenderJob: template('main', 'fonts-jp') });
  const c4d = await aQueuedJob(farm, { nexrenderJob: template('main', 'c4d') });
  const first = await aQueuedJob(farm, { nexrenderJob: template('new'), by: 'kim' });
  const gaps = async () => {
    const found = await Promise.all(
      [plain, fonts, c4d, first].map(({ job }) => estimateOf(job.id)),
    );
    return found.map((estimate) => estimate?.notKnown);
  };
  await forecast();
  expect(await gaps()).toEqual([null, 'noHost', null, 'firstRender']);
  await silence(farm, 'render-02');
  await forecast();
  expect(await gaps()).toEqual([null, 'noHost', 'noHostHeard', 'firstRender']);
  await farm.sql`update render_hosts set draining = true where name = ${worker.host}`;
  await forecast();
  expect(await gaps()).toEqual(['noHostHeard', 'noHost', 'noHostHeard', 'noHostHeard']);
});

it('without any measured render no start behind others is known', async () => {
  await farm.worker();
  const jobs = [];
  for (let index = 0; index < 4; index += 1) jobs.push(await aQueuedJob(farm));
  await forecast();
  const gaps = await Promise.all(jobs.map(({ job }) => estimateOf(job.id)));
  expect(gaps.map((estimate) => estimate?.notKnown)).toEqual([
    'firstRender',
    'firstRender',
    'newTemplates',
    'newTemplates',
  ]);
});

it('two processes make one forecast', async () => {
  await farm.worker();
  await aQueuedJob(farm);
  const madeAt = async () => {
    const rows = await farm.sql`select made_at::text as at, tags from queue_forecasts`;
    return rows.map(({ at, tags }) => `${tags} ${at}`);
  };
  const [one, other] = [createForecaster(), createForecaster()];
  await Promise.all([one, other].map((forecaster) => forecaster.forecast({ db: farm.db })));
  const first = await madeAt();
  expect(first).toHaveLength(1);
  await other.forecast({ db: farm.db });
  expect(await madeAt()).toEqual(first);
  await forecast(other);
  expect(await madeAt()).not.toEqual(first);
});

it('ranges learn from the true starts, and forget jobs that never start', async () => {
  const worker = await farm.worker();
  await measured('main', 5);
  const { job } = await aQueuedJob(farm);
  const gone = await aQueuedJob(farm);
  await aQueuedJob(farm);
  await forecast();
  const samples = async () => (await farm.sql`select said_s from forecast_samples`).length;
  // Of the first jobs, the first and the third are sampled.
  expect(await samples()).toBe(2);
  await farm.sql`update forecast_samples set made_at = made_at - interval '11 minutes'`;
  await farm.sql`update forecast_samples set said_s = 300 where job_id = ${job.id}`;
  await farm.sql`update forecast_samples set job_id = ${gone.job.id} where job_id <> ${job.id}`;
  expect((await claimJob(worker, { leaseMs: 30_000 })).ok).toBe(true);
  await cancel(farm, gone.job.id);
  await forecast();
  const [row] = await farm.sql`select bin, errors[1] as error, low, high from forecast_errors`;
  expect(row?.bin).toBe(binOfForecast(300, true));
  expect(row?.low).toBeCloseTo(spanOfErrors([]).low, 5);
  expect(row?.error).toBeCloseTo(Math.log((660 + 180) / (300 + 180)), 1);
  const left = await farm.sql`select job_id from forecast_samples`;
  expect(left.map(({ job_id }) => job_id)).not.toContain(gone.job.id);
});

it('measured renders tell the end: of the template, or else of the submitter', async () => {
  const worker = await farm.worker();
  for (let index = 0; index < 3; index += 1) {
    const { attemptId } = await aCompletedJob(farm, { worker });
    await farm.sql`
      update attempts set created_at = ended_at - interval '10 minutes' where id = ${attemptId}`;
  }
  await measureNewAttempts({ db: farm.db }, { mayGoOn: () => true });
  const paces = await farm.sql`
    select renders, mean_ms::int as "meanMs", log_mean as "logMean" from render_paces`;
  expect(paces).toHaveLength(3);
  for (const pace of paces) {
    expect(pace).toMatchObject({ renders: 3, meanMs: 10 * MINUTE });
    expect(pace.logMean).toBeCloseTo(Math.log(10 * MINUTE), 3);
  }
  const same = await aRunningJob(farm, { worker });
  await aRunningJob(farm, { worker });
  const { job } = await aQueuedJob(farm);
  const other = await aQueuedJob(farm, { nexrenderJob: template('other') });
  await forecast();
  const grounds = await Promise.all([same.id, job.id, other.job.id].map(estimateOf));
  expect(grounds.map((estimate) => estimate?.ground)).toEqual([
    { of: 'template', renders: 3 },
    { of: 'template', renders: 3 },
    { of: 'submitter', renders: 3 },
  ]);
  // Both slots are busy for about ten minutes.
  expect(await saidOf('', 1)).toBeGreaterThan(500);
  expect(await saidOf('', 1)).toBeLessThanOrEqual(600);
  await cancel(farm, same.id);
  await forecast();
  expect(await saidOf('', 1)).toBe(0);
});

it('blocks behind the first jobs are read again when they change, and tags count', async () => {
  await farm.worker('render-01');
  await measured('main', 5);
  await farm.sql`select setval('job_queue_seq', 1)`;
  const ids: string[] = [];
  for (let index = 0; index < 205; index += 1) ids.push((await aQueuedJob(farm)).job.id);
  await farm.sql`select setval('job_queue_seq', 5000)`;
  for (let index = 0; index < 5; index += 1) ids.push((await aQueuedJob(farm)).job.id);
  await farm.sql`select queue_recount()`;
  const forecaster = createForecaster();
  await forecast(forecaster);
  expect(await saidOf('', 211)).toBe((210 * 300) / 2);
  await cancel(farm, ids[209] ?? '');
  await farm.sql`select queue_fold()`;
  await forecast(forecaster);
  expect(await saidOf('', 210)).toBe((209 * 300) / 2);
  const tags = { id: ids[208] ?? '', tags: ['c4d'], expectedVersion: null };
  expect((await setTags(farm.admin, tags)).ok).toBe(true);
  await forecast();
  await waitFor(async () => (await saidOf('c4d', 1)) === null, { what: 'the new set of tags' });
  expect(await saidOf('', 210)).toBe((208 * 300) / 2);
});
