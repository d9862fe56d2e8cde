/*
 * nexrender itself writes a script for a job with hostile texts. That script runs in a world like
 * the one of After Effects. No part of a text may run, and each text must arrive unchanged. The
 * jobs pass the check and the preparation of a host. Texts that the check refuses go into the
 * script without the check as well, because an action may put them there.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { folderOfFile } from '@renderdeck/testing';
import { parse, parseExpressionAt } from 'acorn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkNexrenderJob } from '../../src/nexrender/check-nexrender-job.ts';
import { guardJob, type Job } from '../../src/nexrender/job-guard.mjs';
import { prepareNexrenderJob } from '../../src/nexrender/prepare-nexrender-job.ts';
import { hideTexts } from '../../src/nexrender/script-texts.mjs';
import { isRecord } from '../../src/system/is-record.ts';
import { serve } from '../../testing/stores/serve.ts';
import { aHost } from './a-render.ts';
import { runInAfterEffects } from './after-effects-world.ts';
import { FIELDS, type Field, type Places } from './hostile-fields.ts';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const ofCore = createRequire(createRequire(import.meta.url).resolve('@nexrender/core'));
const downloadAll = ofCore('./tasks/download');
const writeScriptFile = ofCore('./tasks/script');
const settings = { logger: { log() {} }, track() {}, trackCombined() {}, trackSync() {} };

const folder = folderOfFile('script-texts');
let places: Places;
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve((answer) => {
    answer.setHeader('content-type', "image/x'+canary()+'");
    answer.setHeader('content-disposition', `attachment; filename="'+canary()+'.mov"`);
    answer.end('a film');
  });
  const at = (name: string) => join(folder.path, name);
  places = { assets: at('assets'), work: at('work'), server: `http://127.0.0.1:${server.port}` };
  for (const path of [places.assets, places.work]) await mkdir(path);
  for (const name of ['a.aep', 'film.mov']) await writeFile(join(places.assets, name), name);
});
afterAll(() => server.close());

/** Makes a job as nexrender holds it. */
function makeJob({ template, assets }: Record<string, unknown>) {
  return {
    ...{ uid: 'attempt', workpath: places.work, output: '', scriptfile: '', actions: {} },
    template: { continueOnMissing: false, ...(isRecord(template) ? template : {}) },
    assets: Array.isArray(assets) ? assets.filter(isRecord) : [],
  };
}

/** Runs nexrender's step that writes the script, with the functions before and after it. */
async function writeScript(job: ReturnType<typeof makeJob>): Promise<string> {
  const before = structuredClone({ template: job.template, assets: job.assets });
  const showTexts = hideTexts(job);
  await writeScriptFile(job, settings);
  showTexts();
  expect(job).toMatchObject(before);
  return await readFile(job.scriptfile, 'utf8');
}

/** Reads the composition in nexrender's own object. nexrender's text must be ES3 in ASCII. */
function readComposition(script: string): unknown {
  expect(script).toMatch(/^[\0-\x7f]*$/);
  const [head = '', ofAssets = ''] = script.split('/* start of custom user script */');
  parse(ofAssets.slice(0, ofAssets.lastIndexOf('/* end of')), { ecmaVersion: 3 });
  const [, written = ''] = /renderCompositionName: (.*),$/m.exec(head) ?? [];
  const expression = parseExpressionAt(written, 0, { ecmaVersion: 3 });
  expect(expression).toMatchObject({ type: 'Literal', end: written.length });
  return expression.type === 'Literal' ? expression.value : undefined;
}

/** Runs the script, and expects only the effect that the field names. */
function expectHarmless(script: string, field: Field, text: string) {
  const { reads, expected = (same: string): unknown => same, project } = field;
  const composition = readComposition(script);
  const did = runInAfterEffects(script, { ...project?.(text) });
  const seen = { hostile: did.hostile, read: reads({ ...did, composition }) };
  expect(seen, `${field.name}: ${JSON.stringify(text)}`).toEqual({
    hostile: [],
    read: expected(text, places),
  });
}

const rules = (scripts: boolean) => ({
  ...{ assetRoots: [places.assets], outputRoots: [], actions: [], scripts },
  addresses: { refused: [], allowed: [] },
});

/** The field's job with the text as a host prepares it, or the refusal of the host. */
function prepare(field: Field, text: string) {
  const { template, assets } = field.job(text, places);
  const src = pathToFileURL(join(places.assets, 'a.aep')).href;
  const job = { template: { src, ...template }, assets };
  const check = checkNexrenderJob(job, rules(field.needsScripts === true));
  if (!check.ok) return { job: null, sentence: check.sentence };
  return { job: makeJob(prepareNexrenderJob(check.job, 'attempt')), sentence: '' };
}

/** The field's job with the text, as if an action had put the text there. */
function makeUnchecked(field: Field, text: string) {
  const { template, assets } = field.job(text, places);
  const own = join(places.work, 'own.jsx');
  return makeJob({
    template,
    assets: assets.map((asset) => ({
      ...asset,
      dest: asset.type === 'script' ? own : join(places.work, text),
    })),
  });
}

test('there are forty hostile texts, all different', () => {
  expect(new Set(HOSTILE_TEXTS).size).toBe(40);
});

test.each(FIELDS)('a hostile text does not run and arrives unchanged: $name', async (field) => {
  const refused: string[] = [];
  for (const text of HOSTILE_TEXTS) {
    const { job, sentence } = prepare(field, text);
    if (job === null) {
      expect(sentence).toMatch(/^(template|assets\[0\])[.\w]* .*\.$/);
      refused.push(text);
      continue;
    }
    try {
      await downloadAll(job, settings);
    } catch (cause) {
      if (!field.mayFail) throw cause;
      continue;
    }
    expectHarmless(await writeScript(job), field, text);
  }
  const { refused: mayRefuse = /(?!)/ } = field;
  expect(refused).toEqual(HOSTILE_TEXTS.filter((text) => mayRefuse.test(text)));
});

test('a refused text that an action puts into the job does not run either', async () => {
  await writeFile(join(places.work, 'own.jsx'), '');
  for (const field of FIELDS) {
    for (const text of HOSTILE_TEXTS.filter((one) => field.refused?.test(one))) {
      const script = await writeScript(makeUnchecked(field, text));
      readComposition(script);
      const { hostile } = runInAfterEffects(script, { ...field.project?.(text) });
      expect(hostile, `${field.name}: ${JSON.stringify(text)}`).toEqual([]);
    }
  }
});

const data = (more: object) => ({
  template: { composition: 'main' },
  assets: [{ type: 'data', layerName: 'layer', property: 'name', value: 'x', ...more }],
});

test('an action that sets onChange is called, and the texts stay harmless', async () => {
  const made = makeJob(data({ value: "'+canary()+'" }));
  const states: string[] = [];
  const job: Job & typeof made = { ...made, output: join(places.work, 'result.avi') };
  guardJob(job, {}, () => {});
  const own = job.onChange;
  job.onChange = (_, state) => void states.push(state);
  for (const state of ['render:predownload', 'render:script']) own?.(job, state);
  await writeScriptFile(job, settings);
  own?.(job, 'render:dorender');
  const did = runInAfterEffects(await readFile(job.scriptfile, 'utf8'), {});
  expect(did).toMatchObject({ hostile: [], set: [{ to: "'+canary()+'" }] });
  expect(states).toEqual(['render:predownload', 'render:script', 'render:dorender']);
  expect(job.assets).toEqual(made.assets);
});

test('a layer number that begins with 0 selects its layer, and code selects none', async () => {
  const select = (layerIndex: string) => makeJob(data({ layerName: undefined, layerIndex }));
  const did = runInAfterEffects(await writeScript(select('01')), {});
  expect(did.set).toHaveLength(1);
  await expect(writeScript(select('1, canary()'))).rejects.toThrow('layerIndex is no whole number');
  expect(await writeScript(select('010'))).toContain('selectLayersByIndex(null, 10,');
});

test('a parameter that is a function runs as code, as in plain nexrender', async () => {
  const asset = {
    ...{ type: 'script', dest: join(places.work, 'tells.jsx') },
    parameters: [{ key: 'own', value: "function () { return 'it' + 's'; }" }],
  };
  await writeFile(asset.dest, "did.set.push({ path: [], how: 'value', to: NX.get('own') });");
  const job = makeJob({ template: { composition: 'main' }, assets: [asset] });
  expect(runInAfterEffects(await writeScript(job), {}).set).toMatchObject([{ to: 'its' }]);
});

test.each([
  ['Transform->Position->expression', 'property leads to an expression'],
  ['Transform.Position.expression', 'property leads to an expression'],
  ['containingComp->constructor->prototype->x', 'property leads through constructor'],
  ['__proto__.x', 'property leads through __proto__'],
])('without scripts, no value becomes code by the property %s', (property, sentence) => {
  const src = pathToFileURL(join(places.assets, 'a.aep')).href;
  const { assets } = data({ property });
  const job = { template: { src, composition: 'main' }, assets };
  expect(checkNexrenderJob(job, rules(true)).ok).toBe(true);
  expect(checkNexrenderJob(job, rules(false))).toMatchObject({
    field: 'assets[0].property',
    sentence: expect.stringContaining(sentence),
  });
  const effect = { ...job, assets: data({ property: 'Effects->expression->Slider' }).assets };
  expect(checkNexrenderJob(effect, rules(false)).ok).toBe(true);
});

test('a render gives After Effects a harmless script and the unchanged composition', async () => {
  const composition = `Director's "cut" $& \\ '+canary()+'`;
  const host = await aHost({ compositions: [composition] });
  try {
    const film = join(host.base, 'assets', "clip'_'+system.callSystem('id')+'.mov");
    await writeFile(film, 'a film');
    const src = `file://${encodeURI(film)}`;
    const asset = { type: 'video', layerName: 'layer', src, useOriginal: true };
    const template = isRecord(host.job.template) ? host.job.template : {};
    const job = { ...host.job, template: { ...template, composition }, assets: [asset] };
    const { render, scratch, finish } = await host.start(job);
    render.go();
    expect(await render.ended).toMatchObject({ kind: 'completed' });
    const names = await readdir(scratch.workPath, { recursive: true });
    const name = names.find((one) => one.endsWith('-script.jsx')) ?? 'none';
    const script = await readFile(join(scratch.workPath, name), 'utf8');
    expect(readComposition(script)).toBe(composition);
    expect(runInAfterEffects(script, {})).toMatchObject({
      ...{ hostile: [], imported: [{ path: film }] },
    });
    await finish();
  } finally {
    await host.remove();
  }
});
