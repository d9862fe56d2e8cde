// @ts-check
/** Reads what ffprobe prints about a file. */

/**
 * @typedef {import('@renderdeck/domain').MeasuredOutput} Measured
 * @typedef {Pick<Measured, 'seconds' | 'codec' | 'width' | 'height' | 'frames'>} Found
 */

/**
 * The main stream of a file: its first picture that is no cover, else its first sound. Null if
 * ffprobe found neither.
 *
 * @param {string} text @returns {Found | null}
 */
export function readProbe(text) {
  const { format, streams } = JSON.parse(text);
  const all = Array.isArray(streams) ? streams : [];
  const isCover = (/** @type {any} */ one) => one?.disposition?.attached_pic === 1;
  const main =
    all.find((one) => one?.codec_type === 'video' && !isCover(one)) ??
    all.find((one) => one?.codec_type === 'audio');
  if (main === undefined) return null;
  return {
    seconds: readNumber(format?.duration) ?? readNumber(main.duration),
    codec: readCodec(main),
    // 0: ffprobe did not decode the frame.
    width: readNumber(main.width) || null,
    height: readNumber(main.height) || null,
    frames: main.codec_type === 'video' ? readNumber(main.nb_frames) : null,
  };
}

/** The number of frames that ffprobe counted; null if it counted none. @param {string} text */
export function readCount(text) {
  return readNumber(JSON.parse(text).streams?.[0]?.nb_read_packets);
}

/** ffprobe prints most numbers as text, and `N/A`. @param {unknown} value */
function readNumber(value) {
  const number = value === undefined ? Number.NaN : Number(value);
  return Number.isFinite(number) && number >= 0 ? number : null;
}

/**
 * "prores (HQ)", as ffprobe names them.
 *
 * @param {{ codec_name?: string, profile?: string }} stream
 */
function readCodec({ codec_name: name, profile }) {
  if (typeof name !== 'string') return null;
  const has = typeof profile === 'string' && !/^(unknown|profile 0|-?\d+)$/i.test(profile);
  return has ? `${name} (${profile})` : name;
}
