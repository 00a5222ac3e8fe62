/** When a new key ends. */

const DAY_MS = 86_400_000;

/** The choices of the form; `date` asks for one. */
export const EXPIRY_CHOICES = [
  { value: 'never', label: 'Never' },
  { value: '1', label: 'In a day' },
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'On a date' },
] as const;

/**
 * Epoch milliseconds of a choice, `null` for never. `date` is a day like `2026-01-31`; the key is good
 * until that day ends where the reader is.
 */
export function expiryOf(choice: string, date: string, now: number): number | null {
  if (choice === 'never') return null;
  if (choice !== 'date') return now + Number(choice) * DAY_MS;
  const end = new Date(`${date}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.getTime() - 1;
}
