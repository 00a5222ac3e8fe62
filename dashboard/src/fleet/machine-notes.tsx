/** What is wrong with a machine that its numbers do not tell, as short words. */
import {
  IconArrowBigUpLine,
  IconClockExclamation,
  IconHourglassLow,
  IconUsers,
} from '@tabler/icons-react';
import type { MachineSummary } from '../../../src/contracts/index.js';
import { useServerNow } from '../shared/clock.js';
import { useCutOffAt } from '../shared/live/use-cut-off.js';
import {
  TROUBLE_WORD,
  type Trouble,
  troublesOf,
  troubleText,
} from '../shared/machines/troubles.js';
import { VERSION } from '../shared/version.js';
import classes from './machine-notes.module.css';

/** How often it is looked whether a machine is late, in milliseconds. */
const LOOK_MS = 2_000;

const ICONS: Partial<Record<Trouble, typeof IconUsers>> = {
  conflict: IconUsers,
  late: IconHourglassLow,
  clock: IconClockExclamation,
  outdated: IconArrowBigUpLine,
};

/** A word for each trouble but those that the row shows anyway; the tooltip explains it. */
export function MachineNotes({ machine }: { machine: MachineSummary }) {
  const now = useServerNow(LOOK_MS);
  const cutOffAt = useCutOffAt();
  const context = { now: cutOffAt ?? now, version: VERSION };
  return troublesOf(machine, context).map((trouble) => {
    const Icon = ICONS[trouble];
    if (Icon === undefined) return null;
    const text = troubleText(trouble, machine, context);
    return (
      <span
        key={trouble}
        className={classes.note}
        data-trouble={trouble}
        role="img"
        aria-label={text}
        title={text}
      >
        <Icon size={13} />
        <span className={classes.word}>{TROUBLE_WORD[trouble]}</span>
      </span>
    );
  });
}
