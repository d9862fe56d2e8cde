import type { WireLogChunk } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useApi } from '../../api/api.ts';
import styles from './job-page.module.css';

const CHUNKS = 500;
const LINES = 200;

/** The last lines that the host wrote; asked for every two seconds while it writes. */
export function AttemptLog({ id, running }: { id: string; running: boolean }) {
  const { client } = useApi();
  const seen = useRef<{ after: number; chunks: readonly WireLogChunk[]; attempt: number | null }>({
    after: 0,
    chunks: [],
    attempt: null,
  });
  const box = useRef<HTMLPreElement>(null);
  const following = useRef(true);
  const log = useQuery({
    queryKey: ['attempt log', id, running],
    refetchInterval: running ? 2_000 : false,
    queryFn: async ({ signal }) => {
      for (;;) {
        const { after, chunks, attempt } = await client.getAttemptLog.query(
          { id, after: seen.current.after, limit: CHUNKS },
          { signal },
        );
        const known = attempt === seen.current.attempt ? seen.current.chunks : [];
        seen.current = { after, attempt, chunks: [...known, ...chunks].slice(-LINES) };
        if (chunks.length < CHUNKS)
          return seen.current.chunks.flatMap(({ lines }) => lines).slice(-LINES);
      }
    },
  });
  const lines = log.data ?? [];
  // Follows the end until the reader scrolls up, and again from when the reader is back there.
  const last = log.dataUpdatedAt;
  useEffect(() => {
    const node = box.current;
    if (node !== null && last > 0 && following.current) node.scrollTop = node.scrollHeight;
  }, [last]);
  const onScroll = () => {
    const node = box.current;
    if (node !== null)
      following.current = node.scrollHeight - node.scrollTop - node.clientHeight < 24;
  };
  return (
    <section className={styles.section}>
      <h2>Log</h2>
      <pre
        ref={box}
        onScroll={onScroll}
        className={styles.log}
        role="log"
        aria-live="off"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach a scrolling box
        tabIndex={0}
      >
        {lines.length === 0 ? 'No log yet' : lines.join('\n')}
      </pre>
    </section>
  );
}
