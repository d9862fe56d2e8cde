import type { WireHost } from '@renderdeck/contract';
import tabs from '../../../components/tab-links.module.css';
import { formatNumber } from '../../../components/time/format-time.ts';
import { Choices } from './choices.tsx';
import { hasTrouble } from './describe-host.ts';
import styles from './hosts-page.module.css';
import type { HostsSearch } from './hosts-search.ts';

type Props = {
  hosts: readonly WireHost[];
  search: HostsSearch;
  onSearch: (search: HostsSearch) => void;
};

/** Which hosts the page shows, with their numbers, and whether as a wall or as a table. */
export function HostsTabs({ hosts, search, onSearch }: Props) {
  const count = (wanted: WireHost['state']) => hosts.filter(({ state }) => state === wanted).length;
  const entries = [
    [undefined, 'All', hosts.length],
    ['trouble', 'Trouble', hosts.filter(hasTrouble).length],
    ['rendering', 'Rendering', count('rendering')],
    ['stopped', 'Stopped', count('stopped')],
  ] as const;
  return (
    <>
      <nav aria-label="Hosts by state" className={tabs.tabs}>
        {entries.map(([state, label, number]) => (
          <button
            key={label}
            type="button"
            aria-current={search.state === state ? 'page' : undefined}
            onClick={() => onSearch({ ...search, state })}
          >
            {label} <span className={styles.count}>{formatNumber(number)}</span>
          </button>
        ))}
      </nav>
      <div className={styles.view}>
        <Choices
          legend="View"
          choices={[
            ['wall', 'Wall'],
            ['table', 'Table'],
          ]}
          value={search.view ?? 'wall'}
          onChange={(view) => onSearch({ ...search, view: view === 'table' ? view : undefined })}
        />
      </div>
    </>
  );
}
