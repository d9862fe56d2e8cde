/*
 * A rolling upgrade. This version is the older one: its API and its worker go on, start again and
 * are ready while the database has the schema of a newer version and a worker of the newer version
 * works beside them. The newer version is a copy of these sources with another schema. The older
 * worker has a database login of its own, and the newer one the shared login.
 */
import { startApi } from '@renderdeck/api/testing';
import { migrate } from '@renderdeck/store/connect';
import { makeNewerVersion } from '@renderdeck/testing/newer-version';
import { expect, onTestFinished, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';
import { addHostLogin } from './farm/host-logins.ts';

const farm = farmOfFile();
const readyz = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, text: await answer.text() };
};

async function startOlderApi() {
  const api = await startApi({ DATABASE_URL: farm.apiDatabaseUrl, RENDERDECK_LOG_LEVEL: 'error' });
  onTestFinished(async () => void (await api.end()));
  return api;
}

test('older programs go on and start again while a newer version works beside them', async () => {
  const newer = await makeNewerVersion();
  onTestFinished(newer.remove);
  const own = { DATABASE_URL: await addHostLogin(farm.database, 'older') };
  const older = await farm.startWorker('older', own);
  const api = await startOlderApi();
  const tooEarly = await farm.startWorker('newer', {}, [], newer.worker).catch(String);
  expect(tooEarly).toContain('The database is not migrated to this version');

  const running = await farm.submit({ project: SLOW });
  await farm.untilPhase(running.id, 'rendering');
  expect(await newer.migrate(farm.database.url)).toContain('The database is migrated.');
  for (const { url } of [farm, api]) expect(await readyz(url)).toMatchObject({ status: 200 });
  await farm.cancel(running.id);
  await farm.until(running.id, 'CANCELLED');
  await expect(migrate(farm.database.url)).rejects.toThrow('by a newer version of Renderdeck');

  expect(await older.end()).toEqual({ code: 0, signal: null });
  expect(await api.end()).toMatchObject({ code: 0 });
  await farm.startWorker('older', own);
  expect(await readyz((await startOlderApi()).url)).toMatchObject({ status: 200 });
  await farm.startWorker('newer', { RENDERDECK_TAGS: 'c4d' }, [], newer.worker);
  const tagged = await farm.submit({
    project: SLOW,
    change: (job) => ({ ...job, tags: 'c4d' }),
  });
  const plain = await farm.submit({ project: SLOW });
  for (const { id } of [tagged, plain]) await farm.untilPhase(id, 'rendering');
  const hostOf = async (id: string) => (await farm.readJob(id)).attempts.map(({ host }) => host);
  expect(await hostOf(tagged.id)).toEqual(['newer']);
  expect(await hostOf(plain.id)).toEqual(['older']);
  for (const { id } of [tagged, plain]) await farm.cancel(id);
  for (const { id } of [tagged, plain]) await farm.until(id, 'CANCELLED');
});

test('older programs that a newer version does not allow are not ready, and say why', async () => {
  await farm.sql`update applied_functions set least_level = level`;
  const sentence = 'The database needs a newer version of Renderdeck; start that version.';
  expect(await readyz(farm.url)).toMatchObject({
    status: 503,
    text: expect.stringContaining(sentence),
  });
  expect(await farm.startWorker('older').catch(String)).toContain(sentence);
});
