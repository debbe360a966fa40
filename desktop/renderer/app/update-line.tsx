/** An update of the desktop itself, at the foot of the rail; nothing while there is none. */

import { useEffect, useState } from 'react';
import type { UpdateState } from '../../../shared/update-state.ts';
import { Button } from '../ui/button.tsx';
import { useDesk } from './desk.ts';
import styles from './rail.module.css';

export function UpdateLine() {
  const { updates } = useDesk();
  const [state, setState] = useState<UpdateState | null>(null);
  useEffect(() => updates?.watch(setState), [updates]);
  if (state?.kind === 'downloading') {
    return (
      <p className={styles.update}>
        Fetching {state.version}
        <progress value={state.share} aria-label={`Update to ${state.version}`} />
      </p>
    );
  }
  if (state?.kind !== 'ready') return null;
  return (
    <div className={styles.update}>
      <p>Windlass {state.version} is ready.</p>
      <Button onClick={() => updates?.install()}>Restart for it</Button>
    </div>
  );
}
