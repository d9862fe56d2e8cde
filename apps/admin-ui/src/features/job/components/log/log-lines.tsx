import { visibleText } from '@renderdeck/contract';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { LogRows } from './log-rows.ts';
import styles from './log-tab.module.css';

/** As `.line` in the style sheet. */
const ROW_PX = 18;
const FALLBACK_PX = 600;
const EXTRA_ROWS = 20;
const AT_END_PX = 24;

type Props = {
  readonly rows: LogRows;
  readonly following: boolean;
  readonly onFollow: (following: boolean) => void;
  /** The line to show, and to mark; null for none. */
  readonly current: number | null;
  readonly matches: ReadonlySet<number>;
  /** How many lines were dropped before the first one. */
  readonly dropped: number;
  readonly onWidth: (px: number) => void;
};

/**
 * The rows of a log. Only those on the screen are rendered.
 *
 * Long because: its effects share one box.
 */
export function LogLines(props: Props) {
  const { rows, following, onFollow, current, matches, dropped, onWidth } = props;
  const box = useRef<HTMLDivElement>(null);
  const space = useRef<HTMLDivElement>(null);
  const shown = useRef<HTMLPreElement>(null);
  // The box scrolls to a line once, not again with each new line.
  const newest = useRef(rows);
  newest.current = rows;
  const newestDropped = useRef(dropped);
  newestDropped.current = dropped;
  const shownLine = current === null ? null : current + dropped;
  const [place, setPlace] = useState({ top: 0, height: FALLBACK_PX });
  /** The number of the first line on the screen. Dropped lines are counted too. */
  const topLine = useRef(0);
  const dropsSeen = useRef(dropped);
  const count = rows.rows.length;
  const visible = Math.ceil(place.height / ROW_PX);
  const top = following ? Math.max(0, count - visible) : Math.floor(place.top / ROW_PX);
  const first = Math.max(0, top - EXTRA_ROWS);
  const last = Math.min(count, top + visible + EXTRA_ROWS);

  useLayoutEffect(() => {
    if (space.current !== null) space.current.style.height = `${count * ROW_PX}px`;
    if (shown.current !== null) shown.current.style.top = `${first * ROW_PX}px`;
    if (following && box.current !== null && count > 0)
      box.current.scrollTop = box.current.scrollHeight;
  }, [count, first, following]);

  // When the first lines are dropped, the lines on the screen keep their place.
  useLayoutEffect(() => {
    const node = box.current;
    const isNew = dropsSeen.current !== dropped;
    dropsSeen.current = dropped;
    if (node === null || following || !isNew) return;
    const { rows: all, lineOf } = newest.current;
    const row = all.findIndex((_, index) => lineOf(index) + dropped >= topLine.current);
    node.scrollTop = Math.max(0, row) * ROW_PX;
    setPlace({ top: node.scrollTop, height: heightOf(node) });
  }, [dropped, following]);

  useEffect(() => {
    topLine.current = dropped + rows.lineOf(top);
  }, [dropped, rows, top]);

  useEffect(() => {
    const node = box.current;
    if (shownLine === null || node === null) return;
    const { rows: all, lineOf } = newest.current;
    const row = all.findIndex((_, index) => lineOf(index) === shownLine - newestDropped.current);
    const scrollTop = Math.max(0, row * ROW_PX - node.clientHeight / 2);
    node.scrollTop = scrollTop;
    setPlace({ top: scrollTop, height: heightOf(node) });
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
  return (
    <div
      ref={box}
      onScroll={onScroll}
      className={styles.box}
      role="log"
      aria-live="off"
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls
      tabIndex={0}
    >
      <div ref={space} className={styles.space}>
        <pre ref={shown} className={styles.rows}>
          {rows.rows.slice(first, last).map((text, index) => {
            const line = rows.lineOf(first + index);
            const mark =
              line === current ? styles.current : matches.has(line) ? styles.match : undefined;
            return (
              <span key={first + index} className={[styles.line, mark].join(' ')}>
                {`${visibleText(text)}\n`}
              </span>
            );
          })}
        </pre>
      </div>
    </div>
  );
}

function heightOf(node: HTMLElement): number {
  return node.clientHeight === 0 ? FALLBACK_PX : node.clientHeight;
}
