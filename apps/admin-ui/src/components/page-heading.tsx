import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page-heading.module.css';
import { usePageTitle } from './use-page-title.ts';

/** The h1 of a page, and the window's title; it takes focus when the page opens, so that a reader starts at the top. */
export function PageHeading({ title, children = null }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className={styles.heading}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </div>
  );
}
