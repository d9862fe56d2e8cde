import { Link } from '@tanstack/react-router';

/** A job that the user follows, by its short id: it may be of a page that is not loaded. */
export function FollowedJob({ id, onUnfollow }: { id: string; onUnfollow: () => void }) {
  const short = id.slice(0, 8);
  return (
    <li>
      <Link to="/jobs/$id" params={{ id }}>
        Job {short}
      </Link>{' '}
      <button
        type="button"
        className="link-button"
        aria-label={`Unfollow job ${short}`}
        onClick={onUnfollow}
      >
        Unfollow
      </button>
    </li>
  );
}
