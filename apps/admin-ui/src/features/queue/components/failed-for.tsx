import { visibleText } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import type { QueueFilter } from '../api/queue-search.ts';

/** Above ended jobs: the way to their reasons, and the reason that the list is filtered by. */
export function FailedFor({ filter }: { filter: QueueFilter }) {
  const { reason, ...others } = filter;
  if (filter.show !== 'ended') return null;
  const failures = (
    <Link to="/failures" search={{ range: '24h' }}>
      Failures by reason
    </Link>
  );
  if (reason === undefined) return <p className="view-only">{failures}</p>;
  return (
    <p className="view-only" style={{ overflowWrap: 'anywhere' }}>
      Failed for: <strong>{visibleText(reason)}</strong>{' '}
      <Link to="/queue" search={others}>
        Show other jobs too
      </Link>
      , {failures}
    </p>
  );
}
