// @ts-check
/**
 * What ffmpeg and ffprobe may read when a job decides what the file holds. Every call with such a
 * file has these options before its `-i`: read-film.mjs, measure-outputs.mjs and encode.mjs. A
 * playlist (`.m3u8`, `.mpd`, `concat`, `.sdp`) names other files of the host or servers, and ffmpeg
 * finds the format by what a file holds, whatever its name.
 */

/** Formats whose files name no other file. */
const FORMATS = [
  ...['avi', 'mov', 'mp4', 'matroska', 'webm', 'mxf', 'flv', 'mpeg', 'mpegts', 'asf', 'gif'],
  ...['image2', 'ogg', 'mpegvideo', 'h264', 'hevc', 'm4v', 'dv', 'ivf', 'nut', 'yuv4mpegpipe'],
  ...['wav', 'w64', 'aiff', 'caf', 'au', 'mp3', 'aac', 'ac3', 'eac3', 'dts', 'flac', 'amr', 'apng'],
  ...['png', 'jpeg', 'tiff', 'webp', 'bmp', 'exr', 'dpx', 'psd', 'sgi', 'hdr', 'j2k', 'gif'].map(
    (name) => `${name}_pipe`,
  ),
];

export const GUARDED = ['-protocol_whitelist', 'file', '-format_whitelist', FORMATS.join(',')];

/**
 * Options before `-i`: no larger frame is decoded. Otherwise a file of 2 MB can need 2 GB, because
 * its one frame has 256 million pixels.
 */
export const limitFrames = (/** @type {number} */ mostPixels) => [
  '-max_pixels',
  String(mostPixels),
];
