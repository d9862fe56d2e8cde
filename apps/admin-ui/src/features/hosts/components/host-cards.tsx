import { Link } from '@tanstack/react-router';
import cards from '../../../components/cards.module.css';
import { Name } from '../../../components/name.tsx';
import { describeDay } from './describe-host.ts';
import { HostJobs, LastHeard } from './host-cells.tsx';
import { HostState } from './host-state.tsx';
import { type HostListProps, HostProgress } from './host-table.tsx';
import styles from './hosts-page.module.css';

/** The hosts for a narrow window. */
export function HostCards({ hosts, seenAtMs, search }: HostListProps) {
  return (
    <ul className={`${cards.cards} ${styles.cards}`}>
      {hosts.map((host) => (
        <li key={host.name} data-host={host.name}>
          <p className={`${cards.head} ${styles.cardHead}`}>
            <Link to="/hosts" search={{ ...search, host: host.name }}>
              <Name of={host.name} />
            </Link>
            <HostState host={host} />
          </p>
          <p>
            <HostJobs host={host} /> <HostProgress host={host} />
          </p>
          <p>
            Heard <LastHeard host={host} seenAtMs={seenAtMs} /> · last 24 h: {describeDay(host)}
            {host.openStops > 0 && ` · open stops: ${host.openStops}`}
          </p>
        </li>
      ))}
    </ul>
  );
}
