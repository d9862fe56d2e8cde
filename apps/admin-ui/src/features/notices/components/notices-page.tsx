import { Box, Text } from '@mantine/core';
import { useMe } from '../../../api/me.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { BrowserNotices } from './browser-notices.tsx';
import { DeliveryList } from './delivery-list.tsx';
import { WebhookList } from './webhook-list.tsx';

/** The notices of this browser, and for admins the webhooks and their messages. */
export function NoticesPage() {
  const { can, admins } = useMe();
  return (
    <Box maw={960} style={{ overflowWrap: 'anywhere' }}>
      <PageHeading title="Notices" />
      <BrowserNotices />
      {can.access ? (
        <>
          <WebhookList />
          <DeliveryList />
        </>
      ) : (
        <Text c="dimmed" my={14}>
          Webhooks are for admins. Ask {admins.join(' or ') || 'an admin'} to add one.
        </Text>
      )}
    </Box>
  );
}
