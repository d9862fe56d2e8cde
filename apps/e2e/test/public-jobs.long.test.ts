/*
 * What public nexrender jobs and the projects around nexrender become here. The data is in the
 * folder `public-jobs`: each row is a job or a project, with what it becomes. A job is submitted as
 * it is. Then it is rendered, with files of this farm in place of its own.
 */
import { readdir, readFile } from 'node:fs/promises';
import { startApi } from '@renderdeck/api/testing';
import { isFinal } from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { isOwnModule, startHostOf } from './public-jobs/host-of-documents.ts';
import { type Job, modulesOf, readDocuments, readProjects } from './public-jobs/read-data.ts';
import { readAnswer, sendAs } from './public-jobs/send-as-project.ts';

const ORIGIN = 'http://localhost:3001';
const documents = await readDocuments();
const projects = await readProjects();
const accepted = documents.filter(({ refused }) => refused === undefined);
const rendered = accepted.filter(({ end }) => end !== undefined);
const modules = [...new Set(documents.flatMap(({ job }) => modulesOf(job)))];
/** The modules that run without a setting, or do not run at all. */
const NO_SETTING = ['copy', 'encode', 'cache'].map((name) => `@nexrender/action-${name}`);
const otherModule = (job: Job) => modulesOf(job).find((module) => !NO_SETTING.includes(module));
const api = {
  RENDERDECK_NEXRENDER_API: 'on',
  RENDERDECK_NEXRENDER_ORIGINS: ORIGIN,
  RENDERDECK_ACTIONS: modules.join(),
};
const farm = farmOfFile({}, { api });

/** Sends a call to this API. */
const send = (call: Parameters<typeof sendAs>[1], url = farm.url, uid = '') => {
  const document = documents.find(({ id }) => id === call.document);
  return sendAs({ url, token: farm.token, origin: ORIGIN }, call, document?.job, uid);
};

/** Submits a job as a client of nexrender-server. Returns the sentence of its refusal. */
async function refusalOf(job: Job, url = farm.url): Promise<string | undefined> {
  const { status, body } = await send({ send: 'POST /api/v1/jobs', body: job, gets: 200 }, url);
  const { uid, detail } = Object(body);
  if (status !== 200) return detail;
  expect(await farm.send('DELETE', `/v1/jobs/${uid}`)).toMatchObject({ status: 200 });
  return undefined;
}

test('each public job is accepted with its warnings, or refused with a sentence', async () => {
  const found: Record<string, unknown> = {};
  for (const { id, job } of documents) {
    const refused = await refusalOf(job);
    if (refused !== undefined) found[id] = refused;
    else {
      const { body } = await farm.send('POST', '/jobs', { job, priority: 50 });
      await farm.cancel(Object(body).job.id);
      found[id] = Object(body).warnings;
    }
  }
  expect(found).toEqual(
    Object.fromEntries(documents.map(({ id, refused, warnings }) => [id, refused ?? warnings])),
  );
});

test('without RENDERDECK_ACTIONS, a job with another module is refused with its name', async () => {
  const api = await startApi({
    DATABASE_URL: farm.apiDatabaseUrl,
    RENDERDECK_LOG_LEVEL: 'error',
    RENDERDECK_NEXRENDER_API: 'on',
  });
  const found: unknown[] = [];
  for (const { id, job } of documents) found.push([id, await refusalOf(job, api.url)]);
  expect(await api.end()).toMatchObject({ code: 0 });
  const sentenceOf = (module: string) =>
    expect.stringContaining(` is ${module}, which is not among the allowed actions.`);
  expect(found).toEqual(
    documents.map(({ id, job, refused }) => {
      const other = otherModule(job);
      return [id, refused === undefined && other !== undefined ? sentenceOf(other) : refused];
    }),
  );
});

test.each(projects)('$project ($client): $becomes', async (project) => {
  const { becomes, calls = [], documents: ids = [] } = project;
  let uid = '';
  for (const call of calls) {
    const { status, headers, body } = await send(call, farm.url, uid);
    expect([call.send, status]).toEqual([call.send, call.gets]);
    if (call.origin === true) expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    if (call.send.startsWith('POST') && status === 200) uid = Object(body).uid;
    for (const [path, value] of Object.entries(call.reads ?? {}))
      expect([path, readAnswer(body, uid, path)]).toEqual([path, expectation(value, uid)]);
  }
  if (uid !== '') await farm.send('DELETE', `/v1/jobs/${uid}`);
  const jobs = documents.filter(({ id }) => ids.includes(id));
  expect(jobs).toHaveLength(ids.length);
  expect(calls.length + ids.length).toBeGreaterThan(0);
  const fails = calls.some(({ gets }) => gets >= 400) || jobs.some(({ refused }) => refused);
  expect(fails).toBe(becomes !== 'works');
});

function expectation(value: unknown, uid: string): unknown {
  if (value === '{any}') return expect.anything();
  return value === '{uid}' ? uid : value === '{none}' ? undefined : value;
}

test('a job ends as its row says, on a host with its files and modules', async () => {
  const { onThisFarm, outputOf, readModules } = await startHostOf(farm, documents);
  const ends = rendered.map(async (document) => {
    const { id } = document;
    const job = onThisFarm(document);
    const { body } = await farm.send('POST', '/jobs', { job, priority: 50 });
    const { view } = await farm.untilJob(
      Object(body).job.id,
      'over',
      ({ view }) => isFinal(view.job.status) || view.keptOff.length > 0,
      200_000,
    );
    const end = endOf(view.job, view.keptOff[0]?.why ?? null);
    const writes = JSON.stringify(job).includes(`${outputOf(id)}/`);
    const files = await readdir(outputOf(id)).catch(() => []);
    expect([id, files.length > 0]).toEqual([id, writes && end === 'published']);
    if (!isFinal(view.job.status)) await farm.cancel(view.job.id);
    return [id, end];
  });
  const expected = rendered.map(({ id, end }) => [id, end]);
  expect(Object.fromEntries(await Promise.all(ends))).toEqual(Object.fromEntries(expected));
  const published = rendered.filter(({ end }) => end === 'published');
  const own = published.flatMap(({ job }) => modulesOf(job)).filter(isOwnModule);
  expect(await readModules()).toEqual(new Set(own));
});

/** What became of the output, or the reason without the folders of this farm. */
function endOf(
  { status, output, failure }: { status: string; output: string; failure: string | null },
  why: string | null,
): string {
  if (status === 'COMPLETED') return output;
  if (why === null) return `failed: ${failure?.replace(/(?<!\w)\/\S*\//g, '…/')}`;
  const [, module = why] = /The action (\S+) is allowed but not installed/.exec(why) ?? [];
  return `given back: ${module} is not installed`;
}

test('docs/migrating.md tells the counts of the data', async () => {
  const page = await readFile(new URL('../../../docs/migrating.md', import.meta.url), 'utf8');
  const [, section = ''] = page.split('## Public jobs and projects');
  const ends = (begin: string) => rendered.filter(({ end }) => end?.startsWith(begin)).length;
  const refused = documents.flatMap(({ refused = [] }) => refused);
  const reasons = [/ffmpeg/, /cache folder/, /^output must/];
  const counts = reasons.map((reason) => refused.filter((text) => reason.test(text)).length);
  const becomes = ['works', 'cloud', 'worker', 'refused'] as const;
  expect(section.match(/\b\d+\b/g)?.map(Number)).toEqual([
    documents.length,
    projects.length,
    accepted.length,
    accepted.filter(({ job }) => otherModule(job) !== undefined).length,
    ...['published', 'none', 'given back', 'failed'].map(ends),
    accepted.length - rendered.length,
    refused.length,
    ...counts,
    refused.length - counts.reduce((sum, count) => sum + count),
    ...becomes.map((word) => projects.filter((project) => project.becomes === word).length),
  ]);
});
