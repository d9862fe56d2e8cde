import { type ButtonProps, createTheme, type MantineThemeOverride } from '@mantine/core';

/** Dialogs and menus open without an animation, and their close button has a name. */
const OVERLAY = {
  returnFocus: false,
  transitionProps: { duration: 0 },
  closeButtonProps: { 'aria-label': 'Close' },
  // The page has one banner: its own header.
  attributes: { header: { role: 'none' } },
};

/** Buttons that Mantine lacks: `plain` without a background, and red for what cannot be undone. */
const VARIANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: {
    '--button-bg': 'transparent',
    '--button-hover': 'var(--rd-bg-hover)',
    '--button-color': 'var(--rd-text)',
    '--button-bd': '1px solid var(--rd-border)',
  },
  danger: {
    '--button-bg': 'var(--rd-danger)',
    '--button-hover': 'var(--rd-danger)',
    '--button-color': 'var(--rd-on-filled)',
    '--button-bd': '1px solid var(--rd-danger)',
  },
};

const LINE_HEIGHT = '1.55';

/** Sizes and behaviour of Mantine's components that are the same on the whole page. */
export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'blue',
  primaryShade: 9,
  autoContrast: true,
  respectReducedMotion: true,
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: {
    xs: LINE_HEIGHT,
    sm: LINE_HEIGHT,
    md: LINE_HEIGHT,
    lg: LINE_HEIGHT,
    xl: LINE_HEIGHT,
  },
  // Wider than 640, 900 and 1360 px.
  breakpoints: { sm: '40.0625em', md: '56.3125em', lg: '85.0625em' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.4' },
      h2: { fontSize: '14px', lineHeight: '20px' },
      h3: { fontSize: '13px', lineHeight: '18px' },
    },
  },
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    Button: {
      vars: (_theme: unknown, { variant }: ButtonProps) => ({
        root: VARIANTS[variant ?? ''] ?? {},
      }),
      styles: (_theme: unknown, { variant }: ButtonProps) => ({
        root: variant === 'plain' ? { fontWeight: 400 } : {},
      }),
    },
    Checkbox: {
      defaultProps: { size: 'xs' },
      styles: {
        body: { alignItems: 'center', minHeight: 24 },
        label: { fontSize: 'var(--mantine-font-size-md)', cursor: 'pointer' },
        input: { borderColor: 'var(--rd-border)', cursor: 'pointer' },
      },
    },
    Drawer: { defaultProps: OVERLAY },
    Menu: {
      defaultProps: {
        position: 'bottom-end',
        withInitialFocusPlaceholder: false,
        hideDetached: false,
        transitionProps: { duration: 0 },
        portalProps: { target: '#main' },
      },
    },
    Modal: { defaultProps: { ...OVERLAY, radius: 'lg' } },
  },
});
