import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const ReceiptPage = lazyPage(
  async () => (await import('../../features/receipts/components/receipt-page.tsx')).ReceiptPage,
);

export const receipt = createRoute({
  getParentRoute: () => authenticated,
  path: '/receipts/$number',
  component: function ReceiptOfNumber() {
    const { number } = receipt.useParams();
    return <ReceiptPage key={number} number={Number(number)} />;
  },
});
