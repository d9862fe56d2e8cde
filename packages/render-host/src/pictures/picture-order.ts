import type { Moment, ReportedNoPicture } from '@renderdeck/domain';

/** What make-pictures.mjs shall look at. */
export type PictureOrder = {
  /** The output of nexrender: a film, or a sequence by its name with `[####]`. */
  readonly output: string;
  /** All of the output is written. */
  readonly isFinished: boolean;
  /** Frames up to this number have a picture; null: none has. */
  readonly after: number | null;
  readonly ffmpeg: string | null;
  /** A folder for files of a moment. */
  readonly tempPath: string;
};

export type TakenPicture = {
  readonly frame: number | null;
  readonly moment: Moment | null;
  readonly width: number;
  readonly height: number;
  /** WebP, in base64. */
  readonly picture: string;
  readonly small: string;
};

/** `lines`: what could not be made, each for the log of the attempt. */
export type TakenPictures = {
  readonly pictures: readonly TakenPicture[];
  readonly why: ReportedNoPicture | null;
  readonly lines: readonly string[];
};
