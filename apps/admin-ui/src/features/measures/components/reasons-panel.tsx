import type { GetMeasuresOutput } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { Name } from '../../../components/name.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { describeReasons } from './describe-measures.ts';
import { failedSearch } from './failed-search.ts';
import styles from './measures.module.css';
import { Panel } from './panel.tsx';

const MOST_HOSTS = 4;

/** The most frequent reasons of failures, each with a link to its jobs. */
export function ReasonsPanel({ measures }: { readonly measures: GetMeasuresOutput }) {
  const { reasons } = measures;
  const most = Math.max(...reasons.map(({ count }) => count));
  return (
    <Panel
      title="Why renders failed"
      sentence={describeReasons(measures)}
      table={{
        head: ['Reason', 'Renders', 'Hosts'],
        rows: reasons.map(({ reason, count, hosts }) => [
          reason,
          formatNumber(count),
          hosts.map((host) => `${host.host} ${host.count}`).join(', '),
        ]),
      }}
    >
      {reasons.length === 0 ? null : (
        <ol className={styles.reasons}>
          {reasons.map(({ reason, count, hosts }) => (
            <li key={reason}>
              <Link to="/queue" search={failedSearch(reason)}>
                {reason === '' ? 'No reason is known' : <Name of={reason} />}
              </Link>
              <span aria-hidden="true" className={styles.bar}>
                <span style={{ width: `${(100 * count) / most}%` }} />
              </span>
              <b>{formatNumber(count)}</b>
              <Hosts hosts={hosts} />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** "ae-06 5, ae-02 1 and 3 more hosts". */
function Hosts({ hosts }: { readonly hosts: GetMeasuresOutput['reasons'][number]['hosts'] }) {
  const more = hosts.length - MOST_HOSTS;
  return (
    <span className={styles.hosts}>
      {hosts.slice(0, MOST_HOSTS).map(({ host, count }, index) => (
        <Fragment key={host}>
          {index > 0 && ', '}
          <Name of={host} /> {formatNumber(count)}
        </Fragment>
      ))}
      {more > 0 && ` and ${more} more ${more === 1 ? 'host' : 'hosts'}`}
    </span>
  );
}
