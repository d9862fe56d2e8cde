import { StatusGlyph } from './status-glyph.tsx';
import styles from './status-mark.module.css';
import type { StatusWord } from './status-word.ts';

/** Glyph and word, always both: a colour alone says nothing in the sun, in print or in forced colours. */
export function StatusMark({ word }: { word: StatusWord }) {
  return (
    <span className={styles.mark} data-status={word}>
      <StatusGlyph word={word} />
      {word}
    </span>
  );
}
