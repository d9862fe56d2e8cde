import { Link } from '@tanstack/react-router';

/** "#4812", a link to the receipt. */
export function ReceiptLink({ number, onFollow }: { number: number; onFollow?: () => void }) {
  return (
    <Link to="/receipts/$number" params={{ number: String(number) }} onClick={onFollow}>
      #{number}
    </Link>
  );
}
