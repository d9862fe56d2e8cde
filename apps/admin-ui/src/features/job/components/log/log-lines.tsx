import { visibleText } from '@renderdeck/contract';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { formatCount, formatNumber, formatTime } from '../../../../components/time/format-time.ts';
import { splitMatches } from './find-lines.ts';
import type { LogLine } from './log-line.ts';
import styles from './log-lines.module.css';
import { HEAD_PX, type LogRow, lineAt, ROW_PX, type ShownSection, topOf } from './log-rows.ts';

const FALLBACK_PX = 600;
const EXTRA_ROWS = 20;
const AT_END_PX = 24;

type Props = {
  readonly lines: readonly LogLine[];
  readonly sections: readonly ShownSection[];
  readonly head: (section: ShownSection) => ReactNode;
  readonly following: boolean;
  readonly onFollow: (following: boolean) => void;
  /** The line to show, and to mark; null for none. */
  readonly current: number | null;
  readonly onMark: (line: number) => void;
  readonly onUnfold: (line: number) => void;
  /** The text that is searched, and the lines that have it. */
  readonly wanted: string;
  readonly matches: ReadonlySet<number>;
  /** How many lines were dropped before the first one. */
  readonly dropped: number;
  readonly isNumbered: boolean;
  readonly onWidth: (px: number) => void;
};

/**
 * The rows of a log. Only those on the screen are rendered.
 *
 * Long because: its effects share one box.
 */
export function LogLines(props: Props) {
  const { lines, sections, head, following, onFollow, current, onMark, dropped, onWidth } = props;
  const box = useRef<HTMLDivElement>(null);
  // The box scrolls to a line once, not again with each new line.
  const newest = useRef({ sections, dropped });
  newest.current = { sections, dropped };
  const shownLine = current === null ? null : current + dropped;
  const [place, setPlace] = useState({ top: 0, height: FALLBACK_PX });
  /** The number of the first line on the screen. Dropped lines are counted too. */
  const topLine = useRef(0);
  const dropsSeen = useRef(dropped);
  const last = sections.at(-1);
  const height = last === undefined ? 0 : last.top + last.height;
  const top = following ? Math.max(0, height - place.height) : place.top;

  useLayoutEffect(() => {
    if (following && box.current !== null && height > 0)
      box.current.scrollTop = box.current.scrollHeight;
  }, [height, following]);

  // When the first lines are dropped, the lines on the screen keep their place.
  useLayoutEffect(() => {
    const node = box.current;
    const isNew = dropsSeen.current !== dropped;
    dropsSeen.current = dropped;
    if (node === null || following || !isNew) return;
    node.scrollTop = topOf(newest.current.sections, Math.max(0, topLine.current - dropped)) ?? 0;
    setPlace({ top: node.scrollTop, height: heightOf(node) });
  }, [dropped, following]);

  useEffect(() => {
    topLine.current = dropped + lineAt(sections, top);
  }, [dropped, sections, top]);

  useEffect(() => {
    const node = box.current;
    if (shownLine === null || node === null) return;
    const row = topOf(newest.current.sections, shownLine - newest.current.dropped);
    if (row === null) return;
    const isSeen =
      row >= node.scrollTop + HEAD_PX && row + ROW_PX <= node.scrollTop + heightOf(node);
    if (isSeen && node.clientHeight > 0) return;
    node.scrollTop = Math.max(0, row - node.clientHeight / 2);
    setPlace({ top: node.scrollTop, height: heightOf(node) });
  }, [shownLine]);

  useEffect(() => {
    const node = box.current;
    if (node === null) return;
    const measure = () => {
      setPlace((before) => ({ ...before, height: heightOf(node) }));
      onWidth(node.clientWidth);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, [onWidth]);

  const onScroll = () => {
    const node = box.current;
    if (node === null) return;
    const isAtEnd = node.scrollHeight - node.scrollTop - node.clientHeight < AT_END_PX;
    if (isAtEnd !== following && node.scrollTop !== place.top) onFollow(isAtEnd);
    setPlace({ top: node.scrollTop, height: heightOf(node) });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.target !== box.current) return;
    if (event.key === 'Enter') onMark(current ?? lineAt(sections, top));
    else if (by === 0 || current === null) return;
    else onMark(Math.min(lines.length - 1, Math.max(0, current + by)));
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      className={styles.box}
      role="log"
      aria-live="off"
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls
      tabIndex={0}
    >
      <div className={styles.space} style={{ height }}>
        {sections.map((section) => (
          <section
            key={section.step?.name ?? ''}
            aria-label={section.step === null ? 'Lines' : undefined}
            className={styles.section}
            style={{ top: section.top, height: section.height }}
          >
            {section.step !== null && head(section)}
            <Rows {...props} section={section} top={top} height={place.height} />
          </section>
        ))}
      </div>
    </div>
  );
}

type RowsProps = Props & {
  readonly section: ShownSection;
  readonly top: number;
  readonly height: number;
};

/** The rows of a section that are on the screen, and some before and after them. */
function Rows({ section, top, height, ...props }: RowsProps) {
  const start = section.top + (section.step === null ? 0 : HEAD_PX);
  const first = Math.max(0, Math.floor((top - start) / ROW_PX) - EXTRA_ROWS);
  const end = Math.ceil((top + height - start) / ROW_PX) + EXTRA_ROWS;
  const rows = section.rows.slice(first, Math.max(first, end));
  if (rows.length === 0) return null;
  const onClick = ({ target }: MouseEvent) => {
    const line = target instanceof Element ? target.closest('[data-line]') : null;
    // A person who selects text marks no line.
    if (line !== null && window.getSelection()?.isCollapsed !== false)
      props.onMark(Number(line.getAttribute('data-line')));
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter and the arrows of the box mark a line
    <pre
      className={styles.rows}
      style={{ top: start - section.top + first * ROW_PX }}
      onClick={onClick}
    >
      {rows.map((row, index) => (
        <Row key={first + index} row={row} {...props} />
      ))}
    </pre>
  );
}

function Row({ row, ...props }: Props & { readonly row: LogRow }) {
  const { lines, current, matches, wanted, dropped, isNumbered, onUnfold } = props;
  if (row.kind === 'fold') {
    const time = lines[row.first]?.at ?? null;
    return (
      <span className={styles.line}>
        <Margin number="▸" at={time} />
        <button type="button" onClick={() => onUnfold(row.first)}>
          {describeFold(row)}
        </button>
        {'\n'}
      </span>
    );
  }
  const { line, text, isFirst } = row;
  const { kind = 'plain', at = null } = lines[line] ?? {};
  const isCurrent = line === current;
  return (
    <span
      className={styles.line}
      data-line={line}
      data-kind={kind === 'plain' ? undefined : kind}
      data-current={isCurrent || undefined}
    >
      <Margin
        number={isFirst && isNumbered ? String(dropped + line + 1) : ''}
        at={isFirst ? at : null}
      />
      {kind === 'error' && isFirst && <span className={styles.word}>Error: </span>}
      {matches.has(line)
        ? splitMatches(visibleText(text), wanted).map((part, index) =>
            part.isMatch ? (
              <mark key={index} data-current={isCurrent || undefined}>
                {part.text}
              </mark>
            ) : (
              part.text
            ),
          )
        : visibleText(text)}
      {'\n'}
    </span>
  );
}

/** The number and the time of a line, as generated content: a copied text does not have them. */
function Margin({ number, at }: { readonly number: string; readonly at: number | null }) {
  return (
    <>
      <span className={styles.number} data-of={number} />
      <span className={styles.time} data-of={at === null ? '' : formatTime(at)} />
    </>
  );
}

function describeFold({ first, last, frames: [from, to] }: Extract<LogRow, { kind: 'fold' }>) {
  const lines = formatCount(last - first + 1, 'line');
  if (from === null || to === null) return `${lines} of progress`;
  return `${lines} of progress, frames ${formatNumber(from)} to ${formatNumber(to)}`;
}

function heightOf(node: HTMLElement): number {
  return node.clientHeight === 0 ? FALLBACK_PX : node.clientHeight;
}
