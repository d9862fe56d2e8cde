/*
 * Pictures of what an attempt renders: small copies of frames. The host makes them, the database
 * keeps a few of the newest attempt, and they are deleted with the job.
 */

/** The limits of one picture. The database refuses more. */
export const PICTURE = {
  mostWidth: 320,
  mostHeight: 320,
  mostBytes: 40_000,
  /** The copy for a row of a list. */
  smallWidth: 96,
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
