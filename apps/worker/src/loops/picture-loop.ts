import { pictureEveryMs, type ReportedNoPicture } from '@renderdeck/domain';
import { recordNoPicture, recordPictures } from '@renderdeck/operations';
import type { Render, TakenPictures } from '@renderdeck/render-host';
import type { RunningAttempt } from '../attempt/running-attempts.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** How soon a frame is noticed, and how soon the end of a render. */
const LOOK_MS = 250;
const IDLE_MS = 1000;
/** A short render needs no word that pictures are off. */
const TELL_AFTER_MS = 3000;

/** What this daemon knows of the pictures of one attempt. */
type Known = {
  askedAt: number;
  /** The progress at the last question. */
  frame: number | null;
  /** The newest frame that has a picture. */
  shown: number | null;
  /** How many pictures the attempt has. */
  count: number;
  why: ReportedNoPicture | null;
  isComplete: boolean;
};

/**
 * Makes pictures of what the attempts of this host render, one at a time: of a new frame, at most
 * every ten seconds per attempt, and of the finished output. The render itself makes them, inside
 * its tree (answer-pictures.mjs). A picture that cannot be made is a line in the attempt's log.
 */
export function pictureLoop(worker: Worker) {
  const known = new WeakMap<RunningAttempt, Known>();
  /** This host cannot make pictures: it lacks a library. Asked again by the next daemon. */
  let isUnable = false;
  const isOff = !worker.config.pictures;
  const turn = async () => {
    const everyMs = pictureEveryMs(worker.farm.hosts);
    const due = worker.attempts
      .all()
      .flatMap((attempt) => {
        const { render } = attempt;
        if (render === null || attempt.end.reason !== null) return [];
        if (isOff && attempt.ageMs < TELL_AFTER_MS) return [];
        const so = known.get(attempt) ?? newKnown();
        known.set(attempt, so);
        return isDue(attempt, so, everyMs) ? [{ attempt, render, known: so }] : [];
      })
      .sort((one, other) => one.known.askedAt - other.known.askedAt);
    const [next] = due;
    if (next === undefined) return;
    next.known.askedAt = performance.now();
    next.known.frame = next.attempt.progress.frame;
    next.known.isComplete = isRendered(next.attempt);
    if (isOff) return await tellWhy(worker, next, 'off');
    if (isUnable) return await tellWhy(worker, next, 'cannot');
    const taken = await next.render.takePictures(next.known.shown);
    if (taken === null || next.attempt.end.reason !== null) return;
    isUnable = taken.why === 'cannot';
    await save(worker, next, taken);
  };
  return runPeriodically(
    () => (worker.attempts.all().length === 0 ? IDLE_MS : LOOK_MS),
    turn,
    (error) => worker.log.warn({ err: error }, 'a picture is not on record'),
  );
}

type Due = { readonly attempt: RunningAttempt; readonly render: Render; readonly known: Known };

const newKnown = (): Known => ({
  askedAt: Number.NEGATIVE_INFINITY,
  frame: null,
  shown: null,
  count: 0,
  why: null,
  isComplete: false,
});

const isRendered = ({ progress: { phase } }: RunningAttempt) =>
  phase === 'gate' || phase === 'publishing';

function isDue(attempt: RunningAttempt, known: Known, everyMs: number): boolean {
  const { phase, frame } = attempt.progress;
  // The finished output: at once, and only once.
  if (isRendered(attempt)) return !known.isComplete;
  if (phase !== 'rendering' || frame === null || frame === known.frame) return false;
  return performance.now() - known.askedAt >= everyMs;
}

async function save(worker: Worker, due: Due, taken: TakenPictures): Promise<void> {
  const { attempt, known } = due;
  for (const line of taken.lines) attempt.lines.add('nexrender', `No picture: ${line}`);
  if (taken.pictures.length === 0) {
    if (taken.why !== null && known.count === 0) await tellWhy(worker, due, taken.why);
    return;
  }
  const pictures = taken.pictures.map((picture, index) => ({
    number: known.count + index + 1,
    ...picture,
  }));
  known.count += pictures.length;
  known.shown = taken.pictures.at(-1)?.frame ?? known.shown;
  const { attemptId } = attempt.job;
  await recordPictures(worker.context, { attemptId, pictures });
}

/** Saves why the attempt has no picture, if that is new. */
async function tellWhy(
  worker: Worker,
  { attempt, known }: Due,
  why: ReportedNoPicture,
): Promise<void> {
  if (known.why === why) return;
  await recordNoPicture(worker.context, { attemptId: attempt.job.attemptId, why });
  known.why = why;
}
