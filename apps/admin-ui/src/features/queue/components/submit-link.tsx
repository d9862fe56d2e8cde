import { Link } from '@tanstack/react-router';
import { useMe } from '../../../api/me.ts';
import styles from './queue.module.css';

/** The way to a new job, for users who may submit. */
export function SubmitLink() {
  const { can } = useMe();
  if (!can.submit) return null;
  return (
    <Link to="/submit" className={styles.submit}>
      Submit
    </Link>
  );
}
