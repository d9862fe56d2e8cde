/**
 * Checks that a nexrender job uses only what a host allows. A job is untrusted: it sets paths
 * (`uid`, `name`, `src`, `output`), code (`module`) and arguments of aerender. The result names the
 * first field that is not allowed, and says what is allowed. The same rules run twice:
 *
 * 1. At submission they refuse a job that is wrong on every host. They compare paths of any system
 *    as text.
 * 2. On the host they resolve every link before they compare paths. The returned job holds the
 *    resolved paths, so nexrender opens exactly the checked files.
 */
import { ACTION_LISTS, FLAGS, type JobRules, NEXRENDER_UID } from '@renderdeck/domain';
import { isForWindows, type PathView, thisHost } from '../paths/path-view.ts';
import { isRecord } from '../system/is-record.ts';
import { checkAction } from './check-action.ts';
import type { Bounds } from './check-place.ts';
import { checkSource, checkText } from './check-source.ts';
import { type Refusal, Refusals, refuse, refuseHere } from './refusal.ts';

export type JobCheck =
  | { ok: true; job: Record<string, unknown> }
  | {
      ok: false;
      field: string;
      sentence: string;
      /**
       * `notHere`: another host may allow it. `otherSystem`: a host of another system may render
       * it, or this host with a mapping.
       */
      kind: Refusal['kind'];
      /** Everything that was found, the above first. One part may have more. */
      faults: readonly { readonly field: string; readonly sentence: string }[];
    };

/** It is in the name of the script, whose path may be as long as that of a source. */
const LONGEST_UID_ON_WINDOWS = 40;
const ASSET_TYPES = ['image', 'audio', 'video', 'data', 'script', 'static'];
const NO_SCRIPTS =
  'may not be used: jobs bring no code for After Effects here (RENDERDECK_SCRIPTS).';
/** These names lead from any layer to objects that all scripts share. */
const LANGUAGE_NAMES = ['constructor', 'prototype', '__proto__'];

/** Checks a job for this host; with `anyHost`, for a host that is not known yet. */
export function checkNexrenderJob(
  job: unknown,
  rules: JobRules,
  paths: PathView = thisHost,
): JobCheck {
  const found = new Refusals();
  const checked = found.collect(() => checkJob(job, { ...rules, paths }, found), {});
  const [first] = found.all;
  if (first === undefined) return { ok: true, job: checked };
  const faults = found.all.map(({ field, message }) => ({ field, sentence: message }));
  return { ok: false, field: first.field, sentence: first.message, kind: first.kind, faults };
}

function checkJob(job: unknown, bounds: Bounds, found: Refusals): Record<string, unknown> {
  if (!isRecord(job)) return refuse('job', 'must be a nexrender job: an object with a template.');
  found.collect(() => checkUid(job.uid, bounds), undefined);
  found.collect(() => checkNoOutput('output', job.output), undefined);
  const list = (value: unknown, field: string) => found.collect(() => readList(value, field), []);
  return {
    ...job,
    template: found.collect(() => checkTemplate(job.template, bounds, found), {}),
    assets: list(job.assets, 'assets').map((asset, index) =>
      found.collect(() => checkAsset(asset, `assets[${index}]`, bounds), {}),
    ),
    actions: found.collect(() => checkActions(job.actions, bounds, found), {}),
  };
}

function checkUid(uid: unknown, bounds: Bounds): void {
  if (uid !== undefined && uid !== '' && (typeof uid !== 'string' || !NEXRENDER_UID.test(uid)))
    refuse(
      'uid',
      'may hold letters, digits, _ and - only (at most 64): nexrender makes a folder of it. ' +
        'It may be left out.',
    );
  if (isForWindows(bounds.paths) && `${uid ?? ''}`.length > LONGEST_UID_ON_WINDOWS)
    refuseHere('uid', `may have at most ${LONGEST_UID_ON_WINDOWS} characters on Windows.`);
}

function checkTemplate(
  template: unknown,
  bounds: Bounds,
  found: Refusals,
): Record<string, unknown> {
  if (!isRecord(template))
    return refuse('template', 'is missing: give an object with src and composition.');
  found.collect(() => checkTemplateFields(template, found), undefined);
  const source = checkSource(readFlags(template), 'template', bounds);
  // In the path of a project, After Effects reads %2F as a slash.
  if (source.useOriginal && /%25[0-9A-Fa-f]{2}/.test(`${source.src}`))
    refuse('template.src', 'holds % before two digits, so useOriginal may not be used with it.');
  return source;
}

function checkTemplateFields(template: Record<string, unknown>, found: Refusals): void {
  const check = (field: () => void) => found.collect(field, undefined);
  check(() => checkNoOutput('template.output', template.output));
  const { composition } = template;
  check(() => {
    if (typeof composition !== 'string' || composition === '')
      refuse('template.composition', 'is missing: name the composition that is to be rendered.');
  });
  for (const name of [
    'composition',
    'outputModule',
    'settingsTemplate',
    'renderSettings',
    'outputSettings',
  ]) {
    check(() => checkArgument(`template.${name}`, template[name]));
  }
  for (const name of ['frameStart', 'frameEnd', 'incrementFrame'])
    check(() => checkFrame(`template.${name}`, template[name]));
  if (
    template.outputExt !== undefined &&
    (typeof template.outputExt !== 'string' || !/^[A-Za-z0-9]{1,10}$/.test(template.outputExt))
  ) {
    refuse('template.outputExt', 'must be letters and digits, like "mov".');
  }
  checkFlag('template.continueOnMissing', template.continueOnMissing);
}

function checkAsset(asset: unknown, field: string, bounds: Bounds): Record<string, unknown> {
  if (!isRecord(asset)) return refuse(field, 'must be an object.');
  const { type, layerIndex, keyword } = asset;
  if (typeof type !== 'string' || !ASSET_TYPES.includes(type))
    return refuse(`${field}.type`, `must be one of ${ASSET_TYPES.join(', ')}.`);
  if (!bounds.scripts) checkNoScript(asset, field);
  if (asset.layerName !== undefined && asset.layerName !== null)
    checkText(`${field}.layerName`, asset.layerName);
  if (asset.composition !== undefined) checkText(`${field}.composition`, asset.composition);
  if (layerIndex !== undefined && layerIndex !== null && !isWhole(layerIndex, 6))
    refuse(`${field}.layerIndex`, 'must be a whole number.');
  if (type !== 'script' && type !== 'static' && !asset.layerName && !layerIndex)
    refuse(`${field}.layerName`, 'or layerIndex is missing.');
  if (type === 'data') {
    checkText(`${field}.property`, asset.property);
    if (asset.value === undefined && asset.expression === undefined)
      refuse(`${field}.value`, 'or expression is missing.');
  }
  if (keyword !== undefined && (typeof keyword !== 'string' || !/^[A-Za-z_]\w*$/.test(keyword)))
    refuse(`${field}.keyword`, 'must be a plain name, like NX.');
  return type === 'data' ? asset : checkSource(readFlags(asset), field, bounds);
}

/** Reads a flag that is a text as nexrender does: every text but "" is true. */
function readFlags(part: Record<string, unknown>): Record<string, unknown> {
  const texts = FLAGS.filter((flag) => typeof part[flag] === 'string');
  return { ...part, ...Object.fromEntries(texts.map((flag) => [flag, part[flag] !== ''])) };
}

/**
 * nexrender evaluates an expression as a script if the property is not one of After Effects' own. A
 * value also sets an expression if the path of its property ends with that attribute.
 */
function checkNoScript(asset: Record<string, unknown>, field: string): void {
  const { type, expression, property } = asset;
  if (type === 'script') refuseHere(`${field}.type`, `is script, which ${NO_SCRIPTS}`);
  if (expression !== undefined && expression !== null)
    refuseHere(`${field}.expression`, NO_SCRIPTS);
  if (type !== 'data' || typeof property !== 'string') return;
  const parts = property.split(/->|\./);
  if (parts.at(-1) === 'expression')
    refuseHere(`${field}.property`, `leads to an expression, which ${NO_SCRIPTS}`);
  const inner = parts.find((part) => LANGUAGE_NAMES.includes(part));
  if (inner !== undefined)
    refuse(`${field}.property`, `leads through ${inner}, which is no property of After Effects.`);
}

/** Leaves out what is none of nexrender's lists: nexrender does not read it. */
function checkActions(actions: unknown, bounds: Bounds, found: Refusals): Record<string, unknown> {
  if (actions === undefined || actions === null) return {};
  if (!isRecord(actions))
    return refuse('actions', 'must be an object with lists such as postrender.');
  return Object.fromEntries(
    ACTION_LISTS.filter((list) => Object.hasOwn(actions, list)).map((list) => [
      list,
      readList(actions[list], `actions.${list}`).map((action, index) =>
        found.collect(() => checkAction(action, `actions.${list}[${index}]`, list, bounds), {}),
      ),
    ]),
  );
}

function checkNoOutput(field: string, output: unknown): void {
  if (output === undefined || output === null || output === '') return;
  refuse(
    field,
    'must be left out: Renderdeck renders into a folder of its own. ' +
      'Publish with a postrender action such as @nexrender/action-copy.',
  );
}

/** The value of an aerender option must not look like an option itself. */
function checkArgument(field: string, value: unknown): void {
  if (value === undefined || value === null) return;
  checkText(field, value);
  if (typeof value === 'string' && value.startsWith('-'))
    refuse(field, 'may not begin with -, which aerender would take for an option.');
}

function checkFrame(field: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (!isWhole(value, 9)) refuse(field, 'must be a whole number of frames.');
}

/** Whether a value is a whole number, or a text that is one. */
function isWhole(value: unknown, mostDigits: number): boolean {
  return (
    (typeof value === 'number' || typeof value === 'string') &&
    /^\d+$/.test(`${value}`) &&
    `${value}`.length <= mostDigits
  );
}

/** nexrender writes this flag into its script, and reads a word like "true" as true. */
function checkFlag(field: string, value: unknown): void {
  if (value === undefined || value === null || typeof value === 'boolean') return;
  if (typeof value !== 'string' || !/^\w*$/.test(value)) refuse(field, 'must be true or false.');
}

function readList(value: unknown, field: string): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : refuse(field, 'must be a list.');
}
