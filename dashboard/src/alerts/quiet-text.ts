/** Describes quiet hours. Pure functions. */
import type { QuietHours, QuietWindow, Weekday } from '../../../src/contracts/index.js';

/** The days of the week in order, with their names. */
export const WEEKDAYS: readonly { value: Weekday; label: string }[] = [
  { value: 'mon', label: 'Mon' },
  { value: 'tue', label: 'Tue' },
  { value: 'wed', label: 'Wed' },
  { value: 'thu', label: 'Thu' },
  { value: 'fri', label: 'Fri' },
  { value: 'sat', label: 'Sat' },
  { value: 'sun', label: 'Sun' },
];

function daysText(days: readonly Weekday[]): string {
  const named = WEEKDAYS.filter(({ value }) => days.includes(value));
  if (named.length === WEEKDAYS.length) return 'daily';
  const labels = named.map(({ label }) => label);
  const [first] = named;
  const start = first === undefined ? -1 : WEEKDAYS.indexOf(first);
  const inARow = named.every((day, index) => WEEKDAYS[start + index] === day);
  return inARow && labels.length > 2 ? `${labels[0]}–${labels.at(-1)}` : labels.join(', ');
}

function windowText({ days, from, to }: QuietWindow): string {
  return `${daysText(days)} ${from}–${to}`;
}

/** When notifications are held back: `Mon–Fri 22:00–07:00 (Europe/Berlin)`. */
export function quietText({ time_zone, windows }: QuietHours): string {
  return `${windows.map(windowText).join('; ')} (${time_zone})`;
}
