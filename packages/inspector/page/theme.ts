import { byId, setText } from './dom.js';

const THEMES = ['auto', 'light', 'dark'] as const;
const KEY = 'diemnet-inspector-theme';

/** The button that changes between the system's theme, light and dark. `changed`: colours are others now. */
export function followTheme(changed: () => void): void {
  const button = byId<HTMLButtonElement>('theme');
  let index = Math.max(0, THEMES.indexOf((localStorage.getItem(KEY) ?? 'auto') as (typeof THEMES)[number]));
  const apply = () => {
    const theme = THEMES[index] as string;
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    setText(button, `Theme: ${theme}`);
    changed();
  };
  button.addEventListener('click', () => {
    index = (index + 1) % THEMES.length;
    localStorage.setItem(KEY, THEMES[index] as string);
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  apply();
}
