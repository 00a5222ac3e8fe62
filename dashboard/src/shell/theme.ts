/** Colours, fonts and defaults for both colour schemes. */
import {
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
} from '@mantine/core';

const brand: MantineColorsTuple = [
  '#f0fdfa',
  '#ccfbf1',
  '#99f6e4',
  '#5eead4',
  '#2dd4bf',
  '#14b8a6',
  '#0d9488',
  '#0f766e',
  '#115e59',
  '#134e4a',
];

/** Mantine's greys of the dark scheme, in our hue. */
const dark: MantineColorsTuple = [
  '#e4e9ef',
  '#b7c1cd',
  '#94a2b3',
  '#64748b',
  '#2f3b48',
  '#222b36',
  '#1b232d',
  '#141a22',
  '#0d1117',
  '#090c10',
];

const SYSTEM_FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';
const MONO_FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

/** The Mantine theme. */
export const theme = createTheme({
  colors: { brand, dark },
  primaryColor: 'brand',
  primaryShade: 7,
  fontFamily: SYSTEM_FONT,
  fontFamilyMonospace: MONO_FONT,
  headings: { fontFamily: SYSTEM_FONT, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // A dialog's header is not the page's banner.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    Modal: Modal.extend({
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        // Its element would be a second banner of the page to screen readers.
        attributes: { header: { role: 'presentation' } },
      },
      styles: {
        content: { background: 'var(--surface)' },
        header: { background: 'var(--surface)' },
        title: { fontWeight: 650 },
      },
    }),
  },
});

/** Makes Mantine's components use the colours of theme.css. */
export const variables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-dim)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-error': 'var(--hot)',
    '--mantine-color-placeholder': 'var(--ink-dim)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--surface-raised)',
  };
  return { variables: {}, light: shared, dark: shared };
};
