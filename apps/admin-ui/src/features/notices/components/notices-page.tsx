import { useMe } from '../../../api/me.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { BrowserNotices } from './browser-notices.tsx';
import { DeliveryList } from './delivery-list.tsx';
import styles from './notices-page.module.css';
import { WebhookList } from './webhook-list.tsx';

/** What this browser tells, and for admins the webhooks and their messages. */
export function NoticesPage() {
  const { can, admins } = useMe();
  return (
    <div className={styles.page}>
      <PageHeading title="Notices" />
      <BrowserNotices />
      {can.access ? (
        <>
          <WebhookList />
          <DeliveryList />
        </>
      ) : (
        <p className={styles.hint}>
          Webhooks are for admins. Ask {admins.join(' or ') || 'an admin'} to add one.
        </p>
      )}
    </div>
  );
}
