import { useComputedColorScheme } from '@mantine/core';
import type { WireHost } from '@renderdeck/contract';
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { drawNight, NIGHT_FILLS, type NightColours } from './draw-night.ts';
import { type NightAttempt, type NightRow, ROW_HEIGHT } from './night-layout.ts';
import { ticksOf } from './night-time.ts';

/** What the canvas shows. */
export type Plot = {
  readonly hosts: readonly WireHost[];
  readonly rows: readonly NightRow[];
  readonly startMs: number;
  readonly endMs: number;
  readonly nowMs: number;
  readonly selected: NightAttempt | null;
};
type Window = { readonly width: number; readonly first: number; readonly count: number };
const NONE: Window = { width: 0, first: 0, count: 0 };
const MARGIN_ROWS = 4;

/**
 * Draws the rows that are in the window, and follows its scrolling: a canvas of all rows of a large
 * farm is larger than browsers allow. Returns the width and the first row of the canvas.
 */
export function useNightCanvas(canvas: RefObject<HTMLCanvasElement | null>, shown: Plot): Window {
  const { hosts, rows, startMs, endMs, nowMs, selected } = shown;
  const [seen, setSeen] = useState(NONE);
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const rowCount = rows.length;
  useEffect(() => {
    const plot = canvas.current?.parentElement ?? null;
    if (plot === null) return;
    const measure = () => {
      const { top, width } = plot.getBoundingClientRect();
      const first = Math.max(0, Math.floor(-top / ROW_HEIGHT) - MARGIN_ROWS);
      const fits = Math.ceil(window.innerHeight / ROW_HEIGHT) + 2 * MARGIN_ROWS;
      const next = { width: Math.floor(width), first, count: Math.min(fits, rowCount - first) };
      setSeen((known) => (JSON.stringify(known) === JSON.stringify(next) ? known : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(plot);
    window.addEventListener('scroll', measure, { capture: true, passive: true });
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', measure, { capture: true });
      window.removeEventListener('resize', measure);
    };
  }, [canvas, rowCount]);
  // The scheme changes the colours.
  useLayoutEffect(() => {
    const node = canvas.current;
    const context = node?.getContext('2d') ?? null;
    if (node === null || context === null || seen.width <= 0 || seen.count <= 0) return;
    const ratio = window.devicePixelRatio || 1;
    node.width = Math.round(seen.width * ratio);
    node.height = Math.round(seen.count * ROW_HEIGHT * ratio);
    node.style.width = `${seen.width}px`;
    node.style.height = `${seen.count * ROW_HEIGHT}px`;
    node.style.top = `${seen.first * ROW_HEIGHT}px`;
    const night = {
      ...{ rows, startMs, endMs, nowMs, selected, ...seen },
      ticks: ticksOf(startMs, endMs, seen.width),
      offSince: offSince(hosts),
      colours: readColours(node),
    };
    drawNight(context, night, ratio);
  }, [canvas, hosts, rows, startMs, endMs, nowMs, selected, seen, scheme]);
  return seen;
}

/** A host is off since it was last heard, if it is silent or its worker signed off. */
function offSince(hosts: readonly WireHost[]): ReadonlyMap<string, number> {
  const off = hosts.filter(({ state }) => state === 'silent' || state === 'stopped');
  return new Map(off.map(({ name, lastHeardAt }) => [name, Date.parse(lastHeardAt)]));
}

const COLOURS: Readonly<Record<keyof NightColours, string>> = {
  ...NIGHT_FILLS,
  surface: 'var(--rd-bg)',
  line: 'var(--rd-line)',
  text: 'var(--rd-text)',
  selected: 'var(--rd-focus)',
};

/** The colours as the canvas needs them. A canvas does not follow forced colours by itself. */
function readColours(node: HTMLCanvasElement): NightColours {
  const isForced = window.matchMedia('(forced-colors: active)').matches;
  const read = (name: keyof NightColours) => {
    const forced = name === 'surface' ? 'Canvas' : name === 'selected' ? 'Highlight' : 'CanvasText';
    node.style.color = isForced ? forced : COLOURS[name];
    return getComputedStyle(node).color;
  };
  return {
    ...{ finished: read('finished'), failed: read('failed'), stopped: read('stopped') },
    ...{ rendering: read('rendering'), notProven: read('notProven'), lost: read('lost') },
    ...{ givenBack: read('givenBack'), surface: read('surface'), line: read('line') },
    ...{ text: read('text'), selected: read('selected') },
  };
}
