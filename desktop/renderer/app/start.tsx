/** Draws the app, or says why it cannot be used. */

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Empty } from '../ui/notice.tsx';
import { giveStylesNonce } from '../ui/own-styles.ts';
import '../ui/tokens.css';
import { type Desk, DeskProvider } from './desk.ts';
import { ServersProvider } from './servers.tsx';
import { Shell } from './shell.tsx';
import styles from './start.module.css';
import { startTheme } from './theme.ts';

/** `open` resolves with the surroundings, or with why there are none. */
export async function start(open: () => Promise<Desk | { refused: string; hint: string }>): Promise<void> {
  startTheme();
  giveStylesNonce(document, document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.nonce ?? '');
  const place = document.getElementById('root');
  if (place === null) throw new Error('the page has no root');
  const root = createRoot(place);
  const desk = await open();
  if ('refused' in desk) {
    root.render(
      <main className={styles.alone}>
        <Empty title={desk.refused}>
          <p>{desk.hint}</p>
        </Empty>
      </main>,
    );
    return;
  }
  root.render(
    <StrictMode>
      <DeskProvider value={desk}>
        <ServersProvider>
          <Shell />
        </ServersProvider>
      </DeskProvider>
    </StrictMode>,
  );
}
