/*
 * Pictures of what an attempt renders: small copies of frames. The host makes them, the database
 * keeps a few of the newest attempt, and they are deleted with the job.
 */

/** The limits of one picture. The database refuses more. */
export const PICTURE = {
  mostWidth: 320,
  mostHeight: 320,
  mostBytes: 40_000,
  /** The longest side of the copy for a row of a list. */
  smallSide: 96,
  mostSmallBytes: 4000,
  /** The first picture of an attempt stays, and so many of the newest ones. */
  newest: 4,
  /** The shortest time between two pictures of one attempt. */
  everyMs: 10_000,
  /** The pictures of so many jobs are read in one request. */
  mostJobs: 50,
} as const;

/** Which frame of a finished film a picture shows. */
export const MOMENTS = ['first', 'middle', 'last'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Why there is no picture, as people read it. */
export const NO_PICTURE = {
  off: 'Pictures are off',
  cannot: 'This host cannot make pictures',
  noFfmpeg: 'This host has no ffmpeg to read this format',
  film: 'Pictures come with the finished file',
  noFile: 'Renders no file',
  tooLarge: 'Frame too large for a picture',
  unreadable: 'Frame not readable',
  notStarted: 'Not started',
  noFrame: 'No frame yet',
  noneKept: 'No frame was kept',
} as const;
export type NoPicture = keyof typeof NO_PICTURE;

/** The reasons that a host reports. The other reasons follow from the job. */
export const REPORTED_NO_PICTURE = [
  'off',
  'cannot',
  'noFfmpeg',
  'film',
  'noFile',
  'tooLarge',
  'unreadable',
] as const satisfies readonly NoPicture[];
export type ReportedNoPicture = (typeof REPORTED_NO_PICTURE)[number];

/**
 * The time between two pictures of one attempt. It grows with the farm, so that all hosts together
 * save at most about 20 pictures a second.
 */
export function pictureEveryMs(hosts: number): number {
  return Math.max(PICTURE.everyMs, hosts * 50);
}

/**
 * The place where the database keeps the picture with this number of its attempt: place 1 is that
 * of the first picture, and the newest ones take the other places in turn.
 */
export function pictureSlot(number: number): number {
  return number === 1 ? 1 : 2 + ((number - 2) % PICTURE.newest);
}

/** Why a job has no picture. `reported`: what the host of its newest attempt says. */
export function whyNoPicture(
  attempt: { readonly hasEnded: boolean; readonly reported: ReportedNoPicture | null } | null,
): NoPicture {
  if (attempt === null) return 'notStarted';
  if (attempt.reported !== null && !(attempt.reported === 'film' && attempt.hasEnded))
    return attempt.reported;
  return attempt.hasEnded ? 'noneKept' : 'noFrame';
}

/** In pixels. */
export type FrameSize = { readonly width: number; readonly height: number };

/**
 * Whether bytes are a WebP with one frame that is at most so large. Only its head is read: decoders
 * refuse a file whose frame has another size. A few bytes can make a picture of 16,383 × 16,383
 * pixels, for which a browser needs 1 GB. Source: RFC 9649.
 */
export function isSmallWebp(bytes: Uint8Array, most: FrameSize): boolean {
  const size = readWebpSize(bytes);
  return size !== null && size.width <= most.width && size.height <= most.height;
}

function readWebpSize(bytes: Uint8Array): FrameSize | null {
  if (bytes.length < 30) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (tag(0) !== 'RIFF' || tag(8) !== 'WEBP') return null;
  const uint14 = (at: number) => view.getUint16(at, true) & 0x3fff;
  const uint24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  const kind = tag(12);
  if (kind === 'VP8 ') return { width: uint14(26), height: uint14(28) };
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  const isAnimation = (view.getUint8(20) & 0x02) !== 0;
  if (kind !== 'VP8X' || isAnimation) return null;
  return { width: uint24(24) + 1, height: uint24(27) + 1 };
}
