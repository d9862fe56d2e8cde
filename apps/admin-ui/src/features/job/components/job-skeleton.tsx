import styles from './job-page.module.css';

/** The shape of the page while the job loads: still boxes, and one sentence for readers. */
export function JobSkeleton() {
  return (
    <div className={styles.skeleton}>
      <p role="status" className="visually-hidden">
        Loading the job…
      </p>
      <div aria-hidden="true" data-part="heading" />
      <div aria-hidden="true" data-part="tabs" />
      <div aria-hidden="true" className={styles.columns}>
        <div data-part="main" />
        <div data-part="facts" />
      </div>
    </div>
  );
}
