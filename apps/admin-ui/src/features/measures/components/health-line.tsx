import { Text } from '@mantine/core';
import { type GetMeasuresOutput, visibleText } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useHosts } from '../../../api/list-hosts.ts';
import { StatusIcon, statusColour } from '../../../components/status/status-icon.tsx';
import { useKnownNow } from '../../../live/use-now.ts';
import { describeHealth, type Health, type Look } from './describe-health.ts';
import { failedSearch } from './failed-search.ts';
import styles from './measures.module.css';

const GLYPHS = {
  well: 'Finished',
  look: 'Not proven',
  stands: 'Failed',
  unknown: 'Unknown',
} as const satisfies Record<Health['verdict'], string>;

/** Says in one line whether the farm is well, with links to what is not. */
export function HealthLine({ measures }: { readonly measures: GetMeasuresOutput }) {
  const hosts = useHosts();
  const { now } = useKnownNow(hosts.some(({ state }) => state === 'silent'));
  const { verdict, sentence, things } = describeHealth(hosts, measures, now);
  return (
    <section aria-label="Health of the farm" className={styles.health} data-verdict={verdict}>
      <span className={styles.glyph}>
        <StatusIcon label={GLYPHS[verdict]} />
      </span>
      <Text span fz={16} fw={600} lh="24px">
        {sentence}
      </Text>
      {things.length > 0 && (
        <ul>
          {things.map(({ glyph, text, look }) => (
            <li key={text}>
              <span style={{ color: statusColour(glyph), display: 'flex' }}>
                <StatusIcon label={glyph} />
              </span>
              <LookAt look={look}>{visibleText(text)}</LookAt>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function LookAt({ look, children }: { readonly look: Look; readonly children: ReactNode }) {
  if (look.to === 'hosts') {
    const { host, state } = look;
    return (
      <Link to="/hosts" search={{ host, state }}>
        <bdi>{children}</bdi>
      </Link>
    );
  }
  const search =
    look.to === 'open' ? ({ show: 'all', open: true } as const) : failedSearch(look.reason);
  return (
    <Link to="/queue" search={search}>
      <bdi>{children}</bdi>
    </Link>
  );
}
