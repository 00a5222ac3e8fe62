/** Opens the command palette, by a button or by Ctrl-K (Command-K on a Mac). */
import { useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { showError } from '../../shared/ui/toasts.js';
import { commandPalette } from '../lazy-pages.js';
import classes from './palette-button.module.css';

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

type Palette = Awaited<ReturnType<typeof commandPalette>>['CommandPalette'];

/** Part of the header; also listens while a field has the focus. */
export function PaletteButton() {
  const [palette, setPalette] = useState<{ Palette: Palette } | null>(null);
  const open = () => {
    commandPalette().then(
      ({ CommandPalette }) => setPalette({ Palette: CommandPalette }),
      showError,
    );
  };
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      <button type="button" className={classes.button} onClick={open} aria-haspopup="dialog">
        <IconSearch size={16} aria-hidden />
        <span className={classes.text}>Go to</span>
        <kbd className={classes.key}>{IS_MAC ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      {palette !== null && <palette.Palette onClose={() => setPalette(null)} />}
    </>
  );
}
