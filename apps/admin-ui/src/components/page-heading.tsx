import { type ReactNode, useEffect, useRef } from 'react';
import { usePageTitle } from '../hooks/use-page-title.ts';
import { Name } from './name.tsx';
import styles from './page-heading.module.css';

/** The page's h1 and the document title. It takes focus when the page opens. */
export function PageHeading({ title, children = null }: { title: string; children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  usePageTitle(title);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div className={styles.heading}>
      <h1 ref={heading} tabIndex={-1}>
        <Name of={title} />
      </h1>
      {children}
    </div>
  );
}
