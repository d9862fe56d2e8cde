import { isRecord } from '../system/is-record.ts';

/** What one line of aerender's output means. */
export type AerenderEvent =
  | { kind: 'launching' }
  | { kind: 'started' }
  | { kind: 'progress'; frame: number; totalFrames: number | null; percent: number | null }
  | { kind: 'finished' }
  | { kind: 'error'; text: string };

const TIME = String.raw`\d+[:;]\d{2}[:;]\d{2}[:;.]\d{2,3}|\d+\+\d{2}|\d+`;
const FRAME = new RegExp(String.raw`^\s*PROGRESS:\s+(?:${TIME})\s+\((\d{1,9})[UL]?\)`);
/** No composition has more frames, and the database could not store a larger number. */
const MOST_FRAMES = 999_999_999;
const DURATION = new RegExp(String.raw`^\s*PROGRESS:\s+(?:Duration|Dauer):\s*(${TIME})\s*$`, 'i');
const FRAME_RATE = /^\s*PROGRESS:\s+(?:Frame ?rate|Bildrate):\s*(\d+(?:[.,]\d+)?)/i;
const START = /^\s*PROGRESS:\s+(?:Start|Anfang):/i;
const LAUNCHING = /^\s*PROGRESS:\s+Launching After Effects/i;
const FINISHED_WORDS = [
  '.*Finished composition',
  'Total Time Elapsed',
  '.*Komposition .*(?:fertig|abgeschlossen)',
].join('|');
const FINISHED = new RegExp(String.raw`^\s*PROGRESS:\s+(?:${FINISHED_WORDS})`, 'i');
const ERROR = /^\s*aerender (?:ERROR|Fehler):\s*(.*)$/i;
const SCRIPT_ERROR = /(?:Error|Fehler):\s+(nexrender:.*)$/i;

/**
 * Reads the output of one render, line after line. Null for a line that has no use here.
 *
 * 1. The frame is the number in parentheses. The time before it has a form that the project sets.
 * 2. The total is the duration at the composition's frame rate, divided by the step between frames.
 */
export function createAerenderReader(step = 1): (line: string) => AerenderEvent | null {
  let duration: string | null = null;
  let frameRate: number | null = null;

  return (line) => {
    const frame = FRAME.exec(line)?.[1];
    if (frame !== undefined) return readProgress(Number(frame));
    const error = ERROR.exec(line)?.[1] ?? SCRIPT_ERROR.exec(line)?.[1];
    if (error !== undefined) return { kind: 'error', text: error.trim() };
    if (LAUNCHING.test(line)) return { kind: 'launching' };
    if (START.test(line)) return { kind: 'started' };
    if (FINISHED.test(line)) return { kind: 'finished' };
    duration = DURATION.exec(line)?.[1] ?? duration;
    const rate = FRAME_RATE.exec(line)?.[1];
    if (rate !== undefined) frameRate = Number(rate.replace(',', '.'));
    return null;
  };

  function readProgress(frame: number): AerenderEvent {
    const whole = duration === null ? null : countFrames(duration, frameRate);
    if (whole === null || whole === 0 || whole > MOST_FRAMES)
      return { kind: 'progress', frame, totalFrames: null, percent: null };
    const totalFrames = Math.ceil(whole / step);
    return {
      kind: 'progress',
      frame,
      totalFrames,
      percent: Math.min(100, Math.floor((frame * 100) / totalFrames)),
    };
  }
}

/**
 * Frames in a duration as After Effects prints it: a timecode (drop-frame with `;`), a number of
 * frames, or feet and frames.
 */
export function countFrames(duration: string, frameRate: number | null): number | null {
  if (/^\d+$/.test(duration)) return Number(duration);
  const feet = /^(\d+)\+(\d{2})$/.exec(duration);
  if (feet !== null) return Number(feet[1]) * 16 + Number(feet[2]); // 35 mm film
  const [hours, minutes, seconds, frames] = duration.split(/[:;.]/).map(Number);
  if (
    frameRate === null ||
    hours === undefined ||
    minutes === undefined ||
    seconds === undefined ||
    frames === undefined
  )
    return null;
  const nominal = Math.round(frameRate);
  const counted = ((hours * 60 + minutes) * 60 + seconds) * nominal + frames;
  if (!duration.includes(';')) return counted;
  const wholeMinutes = hours * 60 + minutes;
  return counted - Math.round(nominal / 15) * (wholeMinutes - Math.floor(wholeMinutes / 10));
}

/** How many frames of the composition one rendered frame stands for. */
export function readFrameStep({ template }: Record<string, unknown>): number {
  const step = isRecord(template) ? Number(template.incrementFrame ?? 1) : 1;
  return Number.isInteger(step) && step > 0 ? step : 1;
}
