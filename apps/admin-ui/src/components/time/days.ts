/* Days as `<input type="date">` has them, such as 2026-11-25, in the time zone of the browser. */

/** When this day, or a later one, begins. */
export function dayStart(day: string, daysLater = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + daysLater).toISOString();
}

/** The day some days before this time. */
export function dayBefore(at: string | number, days = 1): string {
  const before = new Date(at);
  before.setDate(before.getDate() - days);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${before.getFullYear()}-${two(before.getMonth() + 1)}-${two(before.getDate())}`;
}
