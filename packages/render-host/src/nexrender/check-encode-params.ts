import { isRecord } from '../system/is-record.ts';
import {
  FILTER_OPTIONS,
  FILTERS,
  FLAGS,
  FORMATS,
  NAME_OPTIONS,
  STREAM_OPTIONS,
  WORD_OPTIONS,
} from './encode-options.ts';
import { refuse } from './refusal.ts';

/** The streams that an option is for: `:v`, `:a:0`. */
const STREAMS = /:[av](?::\d)?$/;
/** A word, a number, or a ratio of two numbers. No path and no address matches this. */
const WORD = /^(?:[A-Za-z0-9_.,:+=-]*|\d+\/\d+)$/;

/** A name without a folder, and no option. nexrender's word for the job's folder may precede it. */
const NAME = /^(?:\$\{workPath\}[\\/])?[A-Za-z0-9_%][A-Za-z0-9_.%-]*$/;

type Kind = 'flag' | 'word' | 'filters' | 'format' | 'name';

/**
 * Allows only the options that encode-options.ts lists. ffmpeg reads any argument that is no option
 * as an output file. If an option lacks its value, ffmpeg takes the next argument as the value.
 */
export function checkEncodeParams(field: string, params: unknown): void {
  if (params === undefined || params === null) return;
  const options = isRecord(params) ? params : refuse(field, 'must be an object of ffmpeg options.');
  for (const [option, value] of Object.entries(options)) {
    const own = `${field}["${option}"]`;
    const kind = kindOf(option) ?? refuse(own, 'is not among the ffmpeg options a job may set.');
    for (const one of Array.isArray(value) ? value : [value]) checkValue(own, kind, one);
  }
}

function kindOf(option: string): Kind | null {
  if (!option.startsWith('-')) return null;
  const name = option.slice(1);
  const streams = STREAMS.exec(name)?.[0] ?? '';
  const base = name.slice(0, name.length - streams.length);
  const isPlain = streams === '';
  if (isPlain && FLAGS.includes(name)) return 'flag';
  if (isPlain && name === 'f') return 'format';
  if (isPlain && NAME_OPTIONS.includes(name)) return 'name';
  if (FILTER_OPTIONS.includes(base) && (isPlain || base === 'filter')) return 'filters';
  if (STREAM_OPTIONS.includes(base) || (isPlain && WORD_OPTIONS.includes(name))) return 'word';
  return null;
}

function checkValue(field: string, kind: Kind, value: unknown): void {
  const isGiven = value !== null && value !== '';
  if (kind === 'flag' && isGiven) refuse(field, 'takes no value: give null.');
  if (kind !== 'flag' && !isGiven)
    refuse(field, 'needs a value; without one ffmpeg takes the next word for it.');
  if (!isGiven || typeof value === 'number' || typeof value === 'boolean') return;
  const text = typeof value === 'string' ? value : refuse(field, 'must be a text or a number.');
  if (kind === 'filters') checkFilters(field, text);
  else if (kind === 'format' && !FORMATS.includes(text))
    refuse(field, `is ${JSON.stringify(text)}; a job may use ${FORMATS.join(', ')}.`);
  else if (kind === 'name' && !NAME.test(text))
    refuse(field, 'must be a file name without a folder, like seg_%03d.ts.');
  else if (kind === 'word' && !WORD.test(text))
    refuse(field, 'may not hold a path or special characters.');
}

function checkFilters(field: string, chain: string): void {
  const forbidden = chain.split(',').find((filter) => !isAllowed(filter));
  if (forbidden !== undefined)
    refuse(
      field,
      `holds ${JSON.stringify(forbidden)}; a job may use ${Object.keys(FILTERS).join(', ')}, ` +
        'each with its own options, plain numbers and words.',
    );
}

/** Accepts `name` or `name=value:option=value`. */
function isAllowed(filter: string): boolean {
  const [, name = '', values = null] = /^([a-z]+)(?:=(.*))?$/s.exec(filter) ?? [];
  const rule = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (rule === undefined) return false;
  const given = values === null || values === '' ? [] : values.split(':');
  if (given.filter((one) => !one.includes('=')).length > rule.unnamed) return false;
  return given.every((one) => {
    const [value = '', option] = one.split('=').reverse();
    if (one.split('=').length > 2) return false;
    if (option !== undefined && !rule.options.includes(option)) return false;
    // With a / before the name of an option, ffmpeg reads the value from a file.
    const isPlain = /^[A-Za-z0-9_.()*/+-]*$/.test(value) && !/^\/|\/\/|\.\./.test(value);
    return isPlain && (rule.divides === true || !value.includes('/'));
  });
}
