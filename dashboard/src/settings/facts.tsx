/** Facts as pairs of a label and a value. */
import type { ReactNode } from 'react';
import classes from './settings.module.css';

/** Pairs whose value is `null` are left out. */
export function Facts({ of }: { of: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {of.map(
        ([label, value]) =>
          value !== null && (
            <div key={label} className={classes.fact}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
