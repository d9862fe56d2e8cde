import { PageHeading } from '../components/page-heading.tsx';

/**
 * In place of a page that could not be loaded or shown. A server of another version no longer has
 * the old files, and the browser keeps a failed import, so only loading the page anew can help.
 */
export function PageFailed({ error }: { error: unknown }) {
  return (
    <>
      <PageHeading title="This page was not loaded" />
      <p role="alert">
        The server may be away, or it may have another version. Load the page again.
      </p>
      <p>
        <button type="button" className="link-button" onClick={() => window.location.reload()}>
          Load again
        </button>
      </p>
      <details>
        <summary>Details</summary>
        <code>{String(error)}</code>
      </details>
    </>
  );
}
