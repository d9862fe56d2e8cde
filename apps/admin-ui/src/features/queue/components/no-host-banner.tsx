import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../../api/api.ts';
import { listHostsOptions } from '../../../api/list-hosts.ts';
import { useConnection } from '../../../live/use-connection.ts';
import { explainNoHost } from '../api/explain-no-host.ts';
import styles from './queue.module.css';

/** Says that jobs wait in vain; nothing while that is not known. */
export function NoHostBanner({ queued }: { queued: number }) {
  const { state } = useConnection();
  const { data } = useQuery(listHostsOptions(useApi()));
  if (queued === 0 || data === undefined || state.kind !== 'live') return null;
  const why = explainNoHost(data.hosts);
  if (why === null) return null;
  return (
    <p className={styles.banner}>
      <strong>Jobs wait and no host can take them.</strong> {why} <Link to="/hosts">Hosts</Link>
    </p>
  );
}
