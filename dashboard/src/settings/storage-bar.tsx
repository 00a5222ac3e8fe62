/** What the tiers of history take, as parts of one bar. */
import { formatBytes } from '../../../src/contracts/index.js';
import classes from './history-page.module.css';
import type { StoragePart } from './storage-text.js';

/** As wide as the budget if there is one, else as what is stored. */
export function StorageBar(props: { parts: readonly StoragePart[]; budgetBytes: number | null }) {
  const stored = props.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const free = Math.max(0, (props.budgetBytes ?? stored) - stored);
  const parts =
    free > 0
      ? [...props.parts, { key: 'free', label: 'Left of the budget', bytes: free }]
      : props.parts;
  return (
    <>
      <div className={classes.bar} aria-hidden="true">
        {props.parts
          .filter(({ bytes }) => bytes > 0)
          .map(({ key, bytes }) => (
            <div key={key} className={classes.part} data-part={key} style={{ flexGrow: bytes }} />
          ))}
        {free > 0 && <div style={{ flexGrow: free }} />}
      </div>
      <ul className={classes.legend}>
        {parts.map(({ key, label, bytes }) => (
          <li key={key}>
            <span className={classes.swatch} data-part={key} aria-hidden="true" />
            {label} <span className={classes.bytes}>{formatBytes(bytes)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
