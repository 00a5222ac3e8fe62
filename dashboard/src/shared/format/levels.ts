/** The levels at which a percentage is highlighted. */

/** How loaded a machine is. */
export type Level = 'ok' | 'warm' | 'hot';

/** The percentages from which a value is warm or hot. */
export const LEVEL_FROM = { warm: 75, hot: 90 } as const;

/** The level of one percentage; an unknown one is `ok`. */
export function levelOf(percent: number | null | undefined): Level {
  if (percent == null || percent < LEVEL_FROM.warm) return 'ok';
  return percent < LEVEL_FROM.hot ? 'warm' : 'hot';
}

const ORDER: readonly Level[] = ['ok', 'warm', 'hot'];

/** The highest level of several percentages. */
export function worstLevel(percents: readonly (number | null | undefined)[]): Level {
  const worst = Math.max(0, ...percents.map((percent) => ORDER.indexOf(levelOf(percent))));
  return ORDER[worst] ?? 'ok';
}
