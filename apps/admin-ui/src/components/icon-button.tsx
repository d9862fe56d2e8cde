import type { ComponentPropsWithRef } from 'react';
import styles from './icon-button.module.css';

/** A button with one icon. Its border shows under the pointer. */
export function IconButton({ className = '', ...props }: ComponentPropsWithRef<'button'>) {
  return <button type="button" {...props} className={`${styles.button} ${className}`} />;
}
