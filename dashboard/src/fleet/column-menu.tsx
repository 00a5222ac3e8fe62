/** The choice of columns. */
import { Button, Popover } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import classes from './column-menu.module.css';
import { COLUMNS } from './columns.js';
import { COLUMN_KEYS, type ColumnKey } from './list-view.js';
import { useAhead } from './use-ahead.js';

/** `shown` are the columns of the table now; `onChoose(null)` goes back to those that fit. */
export function ColumnMenu(props: {
  shown: readonly ColumnKey[];
  automatic: boolean;
  onChoose: (columns: ColumnKey[] | null) => void;
}) {
  const { automatic, onChoose } = props;
  const [keys, setKeys] = useAhead(props.shown.join());
  const shown = keys.split(',');
  const toggle = (key: ColumnKey) => {
    const next = COLUMN_KEYS.filter((other) => shown.includes(other) !== (other === key));
    setKeys(next.join());
    onChoose(next);
  };
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button size="sm" variant="default" leftSection={<IconColumns3 size={16} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <fieldset className={classes.columns}>
          <legend className={classes.legend}>Columns of the table</legend>
          {COLUMNS.map(({ key, title }) => (
            <label key={key} className={classes.column}>
              <input type="checkbox" checked={shown.includes(key)} onChange={() => toggle(key)} />
              {title}
            </label>
          ))}
        </fieldset>
        <Button
          size="xs"
          variant="subtle"
          mt={8}
          disabled={automatic}
          onClick={() => onChoose(null)}
        >
          Show what fits
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
