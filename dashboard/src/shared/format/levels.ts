/** When a share of 0 to 100 is worth a look. */

/** How hot a machine runs. */
export type Level = 'ok' | 'warm' | 'hot';

/** From these percentages on a share is warm or hot. */
export const LEVEL_FROM = { warm: 75, hot: 90 } as const;

/** The level of one share; unknown is not alarming. */
export function levelOf(percent: number | null | undefined): Level {
  if (percent == null || percent < LEVEL_FROM.warm) return 'ok';
  return percent < LEVEL_FROM.hot ? 'warm' : 'hot';
}

const ORDER: readonly Level[] = ['ok', 'warm', 'hot'];

/** The worst of several shares. */
export function worstLevel(percents: readonly (number | null | undefined)[]): Level {
  const worst = Math.max(0, ...percents.map((percent) => ORDER.indexOf(levelOf(percent))));
  return ORDER[worst] ?? 'ok';
}
