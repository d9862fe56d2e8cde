import { problemOf } from '@renderdeck/client/problem';
import { Link } from '@tanstack/react-router';
import { errorMessage } from '../../../api/error-message.ts';
import { useMe } from '../../../api/me.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { whyGone } from '../../../components/why-gone.ts';

/** Why the page shows no job, and the way on. */
export function JobNotLoaded({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const code = problemOf(error)?.code;
  const gone = whyGone(useMe());
  const notFound = code === 'job_not_found' || code === 'invalid_input';
  return (
    <>
      <PageHeading title={notFound ? 'No job with this id' : 'Job not loaded'} />
      {notFound ? (
        <p>{gone}</p>
      ) : (
        <p role="alert">
          {errorMessage(error)}{' '}
          <button type="button" className="link-button" onClick={onRetry}>
            Try again
          </button>
        </p>
      )}
      <Link to="/queue" search={{ show: 'active' }}>
        Queue
      </Link>
    </>
  );
}
