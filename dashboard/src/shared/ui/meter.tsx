/** A share of 0 to 100 as a number and a bar. */
import { levelOf } from '../format/levels.js';
import { formatPercent } from '../format/numbers.js';
import classes from './meter.module.css';

/**
 * The bar turns amber from 75 % and red from 90 %, unless being busy is no trouble (`calm`); unknown
 * is a dash without a bar.
 */
export function Meter(props: { label: string; value: number | null | undefined; calm?: boolean }) {
  const { label, value, calm = false } = props;
  const digits = value != null && value < 9.95 ? 1 : 0;
  return (
    <span className={classes.meter} data-level={calm ? 'ok' : levelOf(value)} data-metric={label}>
      <span className={classes.value}>{formatPercent(value, digits)}</span>
      {value != null && (
        <span className={classes.track} aria-hidden="true">
          <span className={classes.fill} style={{ transform: `scaleX(${value / 100})` }} />
        </span>
      )}
    </span>
  );
}
