/** A percentage as a number and a bar. */
import type { ReactNode } from 'react';
import { formatPercent } from '../../../../src/contracts/index.js';
import { levelOf } from '../format/levels.js';
import classes from './meter.module.css';

/**
 * The bar turns amber from 75 % and red from 90 %, unless `neutral` says that a high value is no
 * problem. An unknown value is a dash without a bar. `history` is drawn above the bar.
 */
export function Meter(props: {
  label: string;
  value: number | null | undefined;
  neutral?: boolean;
  history?: ReactNode;
}) {
  const { label, value, neutral = false, history } = props;
  const bar = value != null && (
    <span className={classes.track} aria-hidden="true">
      <span className={classes.fill} style={{ transform: `scaleX(${value / 100})` }} />
    </span>
  );
  const digits = value != null && value < 9.95 ? 1 : 0;
  return (
    <span
      className={classes.meter}
      data-level={neutral ? 'ok' : levelOf(value)}
      data-metric={label}
    >
      <span className={classes.value}>{formatPercent(value, digits)}</span>
      {history === undefined ? (
        bar
      ) : (
        <span className={classes.stack}>
          {history}
          {bar}
        </span>
      )}
    </span>
  );
}
