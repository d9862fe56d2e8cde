import {
  ACTION_LISTS,
  ASSET_FIELDS,
  actionRule,
  ENCODE_PRESETS,
  FLAGS,
  JOB_FIELDS,
  SERVER_FIELDS,
  TEMPLATE_FIELDS,
  visibleLine,
} from '@renderdeck/domain';
import { closest, distance } from 'fastest-levenshtein';
import { isJsonObject, type JsonObject, objectsOf } from './json-object.ts';

const LONGEST_NAME = 60;

const OF_HOST = 'it is a setting of a host, not of a job.';
const NO_FUNCTION =
  'it is a function, and JSON has none. Follow the job, or submit it with a callback.';

/** Fields that people write although nexrender reads them nowhere in a job, and why. */
const EXPLAINED: ReadonlyMap<string, string> = new Map([
  ['callback', 'a submission to /api/jobs may have one, beside the job.'],
  ['dest', 'nexrender chooses the place of the file. name sets the name of the file.'],
  ['frameIncrement', 'nexrender reads incrementFrame.'],
  ['webhook', 'an admin adds webhooks. A submission may have a callback.'],
  ...['onChange', 'onRenderProgress', 'onRenderError'].map((name) => [name, NO_FUNCTION] as const),
  ...[
    ...['multiFrames', 'multiFramesCPU', 'maxMemoryPercent', 'imageCachePercent', 'aeParams'],
    ...['reuse', 'skipCleanup', 'skipRender', 'stopOnError', 'maxRenderTimeout', 'binary'],
    ...['workpath', 'debug'],
  ].map((name) => [name, OF_HOST] as const),
]);

type Known = readonly string[];

/** Makes the sentence, which takes longer than to find its field. */
export type Warning = () => string;

/** Finds the fields of a nexrender job that have no effect, or an effect that nobody expects. */
export function* warnOfFields(job: JsonObject): Generator<Warning> {
  yield* warnOfUnknown(job, '', [...JOB_FIELDS, ...SERVER_FIELDS, 'priority']);
  if (isJsonObject(job.template)) yield* warnOfPart(job.template, 'template', TEMPLATE_FIELDS);
  for (const [index, asset] of objectsOf(job.assets))
    yield* warnOfPart(asset, `assets[${index}]`, knownBy(ASSET_FIELDS, asset.type));
  const lists = isJsonObject(job.actions) ? job.actions : {};
  yield* warnOfUnknown(lists, 'actions.', ACTION_LISTS);
  for (const list of ACTION_LISTS)
    for (const [index, action] of objectsOf(lists[list])) {
      const rule = actionRule(action.module);
      const known = rule === null ? undefined : ['module', ...rule.fields];
      const field = `actions.${list}[${index}]`;
      yield* warnOfPart(action, field, known);
      if (rule?.result === 'nothing')
        yield () =>
          `${field} has no effect: ${action.module} does not run here. Sources are downloaded.`;
      if (known?.includes('preset') === true) yield* warnOfPreset(action, field);
    }
}

/** A host may define presets of its own, which a submission does not know. */
function* warnOfPreset({ preset }: JsonObject, field: string): Generator<Warning> {
  if (typeof preset !== 'string' || preset === '' || ENCODE_PRESETS.includes(preset)) return;
  yield () =>
    `${field}.preset ${visibleLine(preset.slice(0, LONGEST_NAME))} is no preset of nexrender. It ` +
    'counts only on hosts that define it in RENDERDECK_PRESETS_FILE.';
}

function knownBy(fields: Readonly<Record<string, Known>>, name: unknown): Known | undefined {
  return typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function* warnOfPart(
  part: JsonObject,
  field: string,
  known: Known | undefined,
): Generator<Warning> {
  if (known === undefined) return;
  yield* warnOfUnknown(part, `${field}.`, known);
  for (const flag of FLAGS)
    if (known.includes(flag) && isMisreadFlag(part[flag]))
      yield () =>
        `${field}.${flag} is a text, which nexrender reads as true: write true or false ` +
        'without quotes.';
}

/** "true" in quotes means what nexrender reads. */
function isMisreadFlag(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value !== 'true';
}

/** In the order of the names, because the database does not keep the order of fields. */
function* warnOfUnknown(part: JsonObject, before: string, known: Known): Generator<Warning> {
  const isGiven = (name: string) => part[name] !== undefined && part[name] !== null;
  const names = Object.keys(part).filter((name) => !known.includes(name) && isGiven(name));
  for (const name of names.sort())
    yield () => {
      const short = name.slice(0, LONGEST_NAME);
      return before === '' && !EXPLAINED.has(short)
        ? `${visibleLine(short)} is for actions only: ${explain(short, known)}`
        : `${before}${visibleLine(short)} has no effect: ${explain(short, known)}`;
    };
}

function explain(name: string, known: Known): string {
  const meant = findNearest(name, known);
  const guess = meant === null ? '' : ` Is ${meant} meant?`;
  return EXPLAINED.get(name) ?? `nexrender does not know it.${guess}`;
}

/** The known name that this one may be a typing error of. */
function findNearest(name: string, known: Known): string | null {
  const lower = (text: string) => text.toLowerCase();
  const near = closest(lower(name), known.map(lower));
  if (distance(lower(name), near) > near.length / 3) return null;
  return known.find((one) => lower(one) === near) ?? null;
}
