/** Dark or light: as the system has it, until the person chooses. */

export type Theme = 'system' | 'light' | 'dark';

const place = 'windlass-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function readTheme(): Theme {
  const kept = localStorage.getItem(place);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(place, theme);
  apply();
}

/** Follows the system from now on. */
export function startTheme(): void {
  apply();
  dark.addEventListener('change', apply);
}

function apply(): void {
  const theme = readTheme();
  document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
}
