import type { ApiProgram } from '../api-program.ts';
import { startChild } from './start-child.ts';

/** A longer delay counts as this one. */
export const MOST_DELAY_MS = 20_000;

export type PagesOptions = { readonly url: string; readonly token: string; readonly pages: number };
export type PagesReport = {
  /** How many changes reached a page after so many ms. */
  readonly delays: readonly number[];
  readonly frames: number;
  /** Sockets that the API closed. */
  readonly closed: number;
};

export type Pages = Awaited<ReturnType<typeof openPages>>;

/** Opens pages of one API in a process of their own. */
export async function openPages({ url, token }: ApiProgram, pages: number) {
  const options: PagesOptions = { url, token, pages };
  const child = await startChild(new URL('./follow-pages.ts', import.meta.url), options);
  return {
    pids: [child.pid],
    /** What the pages measured since the last call. */
    report: () => child.ask<PagesReport>('report'),
    close: child.kill,
  };
}

/** The delay below which this share of the changes lies. */
export function delayAt({ delays }: Pick<PagesReport, 'delays'>, share: number): number {
  const all = delays.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [ms, count] of delays.entries()) {
    seen += count;
    if (all > 0 && seen > share * all) return ms;
  }
  return Number.NaN;
}

/** Adds up what pages measured. */
export function sumPages(reports: readonly PagesReport[]): PagesReport {
  const sum = (of: 'frames' | 'closed') => reports.reduce((all, report) => all + report[of], 0);
  return { ...sumDelays(reports), frames: sum('frames'), closed: sum('closed') };
}

export function sumDelays(reports: readonly Pick<PagesReport, 'delays'>[]) {
  const delays = Array.from({ length: MOST_DELAY_MS + 1 }, (_, ms) =>
    reports.reduce((sum, report) => sum + (report.delays[ms] ?? 0), 0),
  );
  return { delays };
}
