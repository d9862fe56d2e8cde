/** How far an attempt is. `phase` is what nexrender does now, in our words. */
export type AttemptProgress = {
  readonly phase: string;
  readonly percent: number;
  readonly frame: number | null;
  readonly totalFrames: number | null;
};
