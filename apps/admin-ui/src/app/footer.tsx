import type { ConnectionState } from '../api/connection.ts';
import { useHosts } from '../api/use-farm.ts';
import { exactTime } from '../components/time/format-time.ts';
import styles from './shell.module.css';

const ZONE = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'longOffset' }).resolvedOptions()
  .timeZone;

export function Footer({ state }: { state: ConnectionState }) {
  const { glyph, word } = wordFor(state);
  const standIn = useHosts().some((host) => host.standIn && host.state !== 'stopped');
  return (
    <footer className={styles.footer}>
      <span className={styles.connection} data-state={state.kind}>
        <span aria-hidden="true">{glyph}</span> {word}
      </span>
      {standIn && <span>Stand-in renderer, not After Effects</span>}
      <span className={styles.zone}>Times in {ZONE}</span>
    </footer>
  );
}

function wordFor({ kind, since }: ConnectionState): { glyph: string; word: string } {
  switch (kind) {
    case 'live':
      return { glyph: '●', word: 'Live' };
    case 'reconnecting':
      return { glyph: '◐', word: 'Reconnecting' };
    case 'notLive':
      return { glyph: '○', word: `Not live since ${exactTime(since)}` };
    case 'offline':
      return { glyph: '⨯', word: 'No server' };
  }
}
