import { isRecord } from './is-record.ts';
import { refuse } from './refusal.ts';

const PLAIN_NAMES = [
  'a|b|c|v|ab|ac|ar|acodec|vcodec|an|vn|sn|r|s|g|bf|af|vf|ss|t|to|vtag|aspect|pix_fmt',
  'crf|qp|preset|tune|level|movflags|strict|threads|vframes|loop|map|maxrate|minrate|bufsize',
  'colorspace|color_primaries|color_trc|color_range',
  String.raw`(?:c|b|q|profile|filter|frames|tag|qscale|codec)(?::[av](?::\d)?)?`,
].join('|');
const PLAIN_OPTION = new RegExp(`^-(?:${PLAIN_NAMES})$`);
/** Options without a value. ffmpeg reads the text after one of them as its next argument. */
const FLAG = /^-[avs]n$/;
const FILTERS = [
  'scale',
  'crop',
  'pad',
  'fps',
  'setsar',
  'setdar',
  'format',
  'transpose',
  'hflip',
  'vflip',
  'fade',
  'afade',
  'yadif',
  'volume',
  'loudnorm',
  'aresample',
  'null',
  'anull',
];

/**
 * Allows only options for codecs, rates, sizes, times and plain filters. Many other options of
 * ffmpeg read or write files, and ffmpeg takes any argument that is not an option as an output
 * file.
 */
export function checkEncodeParams(field: string, params: unknown): void {
  if (params === undefined || params === null) return;
  const options = isRecord(params) ? params : refuse(field, 'must be an object of ffmpeg options.');
  for (const [option, value] of Object.entries(options)) {
    if (!PLAIN_OPTION.test(option))
      refuse(`${field}["${option}"]`, 'is not among the ffmpeg options a job may set.');
    for (const one of Array.isArray(value) ? value : [value])
      checkValue(`${field}["${option}"]`, option, one);
  }
}

function checkValue(field: string, option: string, value: unknown): void {
  const isGiven = value !== null && value !== '';
  const isFlag = FLAG.test(option);
  if (isFlag && isGiven) refuse(field, 'takes no value: give null.');
  if (!isFlag && !isGiven)
    refuse(field, 'needs a value; without one ffmpeg takes the next word for it.');
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return;
  const text = typeof value === 'string' ? value : refuse(field, 'must be a text or a number.');
  if (/^-(?:[av]f|filter)/.test(option)) checkFilters(field, text);
  else if (!/^[A-Za-z0-9_.,:+=/x-]*$/.test(text) || text.startsWith('/') || text.includes('..')) {
    refuse(field, 'may not hold a path or special characters.');
  }
}

function checkFilters(field: string, value: string): void {
  const forbidden = value
    .split(',')
    .find(
      (filter) =>
        !/^[a-z]+(?:=[A-Za-z0-9_.:=()*/+-]*)?$/.test(filter) ||
        !FILTERS.includes(filter.split('=')[0] ?? ''),
    );
  if (forbidden !== undefined)
    refuse(
      field,
      `holds ${JSON.stringify(forbidden)}; a job may use ${FILTERS.join(', ')}, ` +
        'each with plain numbers and words.',
    );
}
