import { frameOf, type LogLine } from './log-line.ts';

/** As in log-lines.module.css. */
export const ROW_PX = 20;
export const HEAD_PX = 32;
/** A shorter run of progress is not folded. */
const LEAST_FOLDED = 3;

/** A step of the attempt, in the order of time. */
export type LogStep = { readonly name: string; readonly startedAt: number };
export type LogRow =
  | {
      readonly kind: 'line';
      readonly line: number;
      readonly text: string;
      /** A long line has several rows if lines are wrapped; only the first one has its number. */
      readonly isFirst: boolean;
    }
  | {
      readonly kind: 'fold';
      readonly first: number;
      readonly last: number;
      readonly frames: readonly [number | null, number | null];
    };

/** The lines of a step, or all lines if the steps are not known: `step` is null then. */
export type LogSection = {
  readonly step: LogStep | null;
  readonly first: number;
  /** The number after the last line. */
  readonly end: number;
};
export type ShownSection = LogSection & {
  readonly top: number;
  readonly height: number;
  readonly isOpen: boolean;
  readonly rows: readonly LogRow[];
};

/** The lines in sections: a line belongs to the last step that began before it was recorded. */
export function sectionsOf(
  lines: readonly LogLine[],
  steps: readonly LogStep[],
): readonly LogSection[] {
  if (steps.length === 0) return [{ step: null, first: 0, end: lines.length }];
  const starts = steps.map(({ startedAt }) => firstSince(lines, startedAt));
  const [before = 0] = starts;
  const own = steps.map((step, index) => ({
    step,
    first: starts[index] ?? 0,
    end: starts[index + 1] ?? lines.length,
  }));
  return before === 0
    ? own
    : [{ step: { name: 'setup', startedAt: lines[0]?.at ?? 0 }, first: 0, end: before }, ...own];
}

/** The number of the first line of this time or later. Lines are in the order of time. */
function firstSince(lines: readonly LogLine[], time: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = lines[middle]?.at ?? null;
    if (at !== null && at < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type Layout = {
  readonly isOpen: (section: LogSection) => boolean;
  /** The runs of progress that are unfolded, by their first line since the log was loaded. */
  readonly unfolded: ReadonlySet<number>;
  /** How many lines were dropped before the first one. */
  readonly dropped: number;
  /** Lines that must be seen, so no fold has them: the marked one. */
  readonly marked: number | null;
  /** Characters of a row; null if lines are not wrapped. */
  readonly columns: number | null;
};

/** Where each section and each row stands. */
export function layOut(
  lines: readonly LogLine[],
  sections: readonly LogSection[],
  layout: Layout,
): readonly ShownSection[] {
  let top = 0;
  return sections.map((section) => {
    const isOpen = section.step === null || layout.isOpen(section);
    const rows = isOpen ? rowsOf(lines, section, layout) : [];
    const height = (section.step === null ? 0 : HEAD_PX) + rows.length * ROW_PX;
    const shown = { ...section, top, height, isOpen, rows };
    top += height;
    return shown;
  });
}

function rowsOf(
  lines: readonly LogLine[],
  { first, end }: LogSection,
  { unfolded, dropped, marked, columns }: Layout,
): readonly LogRow[] {
  const rows: LogRow[] = [];
  for (let line = first; line < end; line += 1) {
    const last = lastOfRun(lines, line, end);
    const hasMark = marked !== null && marked >= line && marked <= last;
    if (last - line + 1 >= LEAST_FOLDED) {
      if (unfolded.has(dropped + line) || hasMark) {
        for (let of = line; of <= last; of += 1) addLine(rows, of, lines[of]?.text ?? '', columns);
      } else {
        const frames = [line, last].map((of) => frameOf(lines[of] ?? NO_LINE));
        rows.push({
          kind: 'fold',
          first: line,
          last,
          frames: [frames[0] ?? null, frames[1] ?? null],
        });
      }
      line = last;
    } else addLine(rows, line, lines[line]?.text ?? '', columns);
  }
  return rows;
}

const NO_LINE: LogLine = { text: '', at: null, kind: 'plain' };

/** The last line of the run of progress that begins with this line; -1 if no run begins. */
function lastOfRun(lines: readonly LogLine[], line: number, end: number): number {
  let last = line - 1;
  while (last + 1 < end && lines[last + 1]?.kind === 'progress') last += 1;
  return last;
}

function addLine(rows: LogRow[], line: number, text: string, columns: number | null): void {
  if (columns === null) {
    rows.push({ kind: 'line', line, text, isFirst: true });
    return;
  }
  for (let from = 0; from === 0 || from < text.length; from += columns)
    rows.push({ kind: 'line', line, text: text.slice(from, from + columns), isFirst: from === 0 });
}

/** The top of the row of this line, in px; null if the line is not shown. */
export function topOf(sections: readonly ShownSection[], line: number): number | null {
  const section = sections.find(({ first, end }) => line >= first && line < end);
  const row =
    section?.rows.findIndex((one) =>
      one.kind === 'line' ? one.line === line : line >= one.first && line <= one.last,
    ) ?? -1;
  if (section === undefined || row < 0) return null;
  return section.top + (section.step === null ? 0 : HEAD_PX) + row * ROW_PX;
}

/** The first line of the row at this height. */
export function lineAt(sections: readonly ShownSection[], px: number): number {
  const section = sections.findLast(({ top }) => top <= px) ?? sections[0];
  if (section === undefined) return 0;
  const inside = px - section.top - (section.step === null ? 0 : HEAD_PX);
  const row = section.rows[Math.max(0, Math.floor(inside / ROW_PX))];
  if (row === undefined) return section.first;
  return row.kind === 'line' ? row.line : row.first;
}
