/** The table of results, and the machine that they were measured on. */
import { cpus, release, totalmem, type } from 'node:os';

/** Names the machine in one line. */
export function describeMachine(databases) {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim()} x ${cpus().length}, ${memory} GiB, ${type()} ${release()}, Node ${process.version}, ${databases.join(', ')}`;
}

/** A result with its ratio and whether that reaches the target; `null` where there is no target. */
export function judged(result) {
  const { value, reference, target } = result;
  const ratio = reference === undefined ? null : value / reference;
  const measured = target?.onValue ? value : ratio;
  const reached = target
    ? (target.atLeast === undefined || measured >= target.atLeast) &&
      (target.atMost === undefined || measured <= target.atMost)
    : null;
  return { ...result, ratio, reached };
}

/** Prints one row. */
export function printRow({ what, value, reference, unit, ratio, target, reached, note }) {
  const cells = [
    what.padEnd(50),
    number(value, unit).padStart(14),
    (reference === undefined ? '' : number(reference, unit)).padStart(14),
    (ratio === null ? '' : `${ratio.toFixed(2)}x`).padStart(7),
    targetText(target, unit).padStart(12),
    reached === null ? '' : reached ? 'reached' : 'SHORT',
  ];
  console.log(cells.join('  ').trimEnd());
  if (note) console.log(`    ${note}`);
}

/** Prints the line above the rows. */
export function printHead() {
  console.log(
    `${'what'.padEnd(50)}  ${'procspy'.padStart(14)}  ${'reference'.padStart(14)}  ${'ratio'.padStart(7)}  ${'target'.padStart(12)}`,
  );
}

function targetText(target, unit) {
  if (!target) return '';
  const [sign, bound] =
    target.atLeast === undefined ? ['<=', target.atMost] : ['>=', target.atLeast];
  return `${sign} ${target.onValue ? number(bound, unit) : `${bound}x`}`;
}

function number(value, unit) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en-US', { maximumFractionDigits: digits });
  return unit.startsWith('/') ? `${text}${unit}` : `${text} ${unit}`;
}
