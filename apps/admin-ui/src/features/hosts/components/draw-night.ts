import type { WireAttemptOfHost } from '@renderdeck/contract';
import { laneBox, type NightAttempt, type NightRow, ROW_HEIGHT } from './night-layout.ts';

type State = WireAttemptOfHost['state'];
/** The colours of the page as the canvas needs them; with forced colours all are CanvasText. */
export type NightColours = Readonly<
  Record<State | 'surface' | 'line' | 'text' | 'selected', string>
>;

/** The colour of each state, as a CSS value. `lost` and `notProven` look the same. */
export const NIGHT_FILLS: Readonly<Record<State, string>> = {
  finished: 'var(--rd-fill-finished)',
  rendering: 'var(--rd-fill-running)',
  failed: 'var(--rd-fill-failed)',
  stopped: 'var(--rd-fill-stopped)',
  notProven: 'var(--rd-fill-unproven)',
  lost: 'var(--rd-fill-unproven)',
  givenBack: 'var(--rd-fill-given-back)',
};

/** These are higher than the others, so that they are seen also where they are short. */
const IS_HIGH: ReadonlySet<State> = new Set(['failed', 'notProven', 'lost']);
const PLAIN_HEIGHT = 11;
const HIGH_HEIGHT = 19;
/** Below this width there is no pattern: the height tells. */
const LEAST_PATTERN = 5;

export type Night = {
  readonly rows: readonly NightRow[];
  /** The rows that are drawn: the canvas begins with the first one. */
  readonly first: number;
  readonly count: number;
  readonly width: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly nowMs: number;
  readonly ticks: readonly number[];
  /** Since when each host that is off was last heard. */
  readonly offSince: ReadonlyMap<string, number>;
  readonly selected: NightAttempt | null;
  readonly colours: NightColours;
};

/** Draws a part of the rows. All rectangles lie on whole pixels of the device. */
export function drawNight(context: CanvasRenderingContext2D, night: Night, ratio: number): void {
  const { width, startMs, endMs, nowMs, colours } = night;
  const rows = night.rows.slice(night.first, night.first + night.count);
  const paint = new Painter(context, ratio, colours);
  const xOf = (ms: number) => Math.round(((ms - startMs) / (endMs - startMs)) * width);
  context.clearRect(0, 0, width * ratio, night.count * ROW_HEIGHT * ratio);
  for (const tick of night.ticks)
    paint.fill(colours.line, xOf(tick), 0, 1, rows.length * ROW_HEIGHT);
  rows.forEach(({ host, lanes, attempts }, index) => {
    const top = index * ROW_HEIGHT;
    paint.fill(colours.line, 0, top + ROW_HEIGHT - 1, width, 1);
    const off = night.offSince.get(host);
    if (off !== undefined && off < endMs) {
      const x = Math.max(0, xOf(off));
      paint.off(x, top + 1, width - x, ROW_HEIGHT - 2);
    }
    for (const one of attempts) {
      const end = one.toMs ?? nowMs;
      if (end < startMs || one.fromMs > endMs) continue;
      const x = Math.max(0, xOf(one.fromMs));
      const box = boxOf(one.attempt.state, lanes, one.lane);
      // One pixel stays free before the next attempt.
      const wide = Math.max(1, Math.min(width, xOf(end)) - x - 1);
      paint.attempt(one.attempt.state, x, top + box.y, Math.max(wide, 2), box.height);
      if (one === night.selected)
        paint.outline(x - 2, top + box.y - 2, Math.max(wide, 2) + 4, box.height + 4);
    }
  });
  paint.fill(colours.text, xOf(nowMs), 0, 1, rows.length * ROW_HEIGHT);
}

function boxOf(state: State, lanes: number, lane: number): { y: number; height: number } {
  if (lanes > 1) return laneBox(lanes, lane);
  const height = IS_HIGH.has(state) ? HIGH_HEIGHT : PLAIN_HEIGHT;
  return { y: Math.floor((ROW_HEIGHT - height) / 2), height };
}

/** Fills rectangles and patterns, in px of the page. */
class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #ratio: number;
  readonly #colours: NightColours;

  constructor(context: CanvasRenderingContext2D, ratio: number, colours: NightColours) {
    this.#context = context;
    this.#ratio = ratio;
    this.#colours = colours;
  }

  fill(colour: string, x: number, y: number, width: number, height: number): void {
    const [left, top] = [Math.round(x * this.#ratio), Math.round(y * this.#ratio)];
    const wide = Math.max(1, Math.round(width * this.#ratio));
    const high = Math.max(1, Math.round(height * this.#ratio));
    this.#context.fillStyle = colour;
    this.#context.fillRect(left, top, wide, high);
  }

  outline(x: number, y: number, width: number, height: number): void {
    const { selected } = this.#colours;
    this.fill(selected, x, y, width, 2);
    this.fill(selected, x, y + height - 2, width, 2);
    this.fill(selected, x, y, 2, height);
    this.fill(selected, x + width - 2, y, 2, height);
  }

  attempt(state: State, x: number, y: number, width: number, height: number): void {
    const colour = this.#colours[state];
    const { surface } = this.#colours;
    this.fill(colour, x, y, width, height);
    if (width < LEAST_PATTERN) return;
    if (state === 'stopped') this.fill(surface, x, y + Math.floor(height / 2) - 1, width, 2);
    if (state === 'failed') this.#lines(surface, x, y, width, height, ['up']);
    if (state === 'notProven' || state === 'lost')
      this.#lines(surface, x, y, width, height, ['up', 'down']);
    if (state === 'givenBack') {
      this.fill(surface, x + 1, y + 1, width - 2, height - 2);
      for (let at = x + 6; at < x + width - 2; at += 6) this.fill(colour, at, y, 1, height);
    }
    if (state === 'rendering') this.#point(surface, x, y, width, height);
  }

  /** The thin lines of a host that is off. */
  off(x: number, y: number, width: number, height: number): void {
    this.#lines(this.#colours.line, x, y, width, height, ['up'], 8, 1);
  }

  /** Slanted lines within a rectangle. */
  #lines(
    colour: string,
    x: number,
    y: number,
    width: number,
    height: number,
    ways: readonly ('up' | 'down')[],
    pitch = 5,
    thick = 1.5,
  ): void {
    const context = this.#context;
    context.save();
    context.scale(this.#ratio, this.#ratio);
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    context.beginPath();
    for (let at = x - height; at < x + width + height; at += pitch) {
      if (ways.includes('up')) {
        context.moveTo(at, y + height);
        context.lineTo(at + height, y);
      }
      if (ways.includes('down')) {
        context.moveTo(at, y);
        context.lineTo(at + height, y + height);
      }
    }
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.stroke();
    context.restore();
  }

  /** Cuts the corners of the right end. */
  #point(colour: string, x: number, y: number, width: number, height: number): void {
    const context = this.#context;
    const cut = Math.min(height / 2, width);
    const right = x + width;
    context.save();
    context.scale(this.#ratio, this.#ratio);
    context.fillStyle = colour;
    for (const [from, to] of [
      [y, y + height / 2],
      [y + height, y + height / 2],
    ] as const) {
      context.beginPath();
      context.moveTo(right - cut, from);
      context.lineTo(right + 1, from);
      context.lineTo(right + 1, to);
      context.lineTo(right, to);
      context.closePath();
      context.fill();
    }
    context.restore();
  }
}
