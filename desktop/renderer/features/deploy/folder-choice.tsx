/** A folder: dropped anywhere on the window, or chosen here. */

import { useRef } from 'react';
import type { Dropped } from '../../app/intent.ts';
import { Button } from '../../ui/button.tsx';
import styles from './deploy-dialog.module.css';
import { readChosen } from './dropped.ts';

export function FolderChoice({
  dropped,
  onDropped,
}: {
  dropped: Dropped | null;
  onDropped(dropped: Dropped | null): void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.folder}>
      <div>
        <strong>{dropped?.name ?? 'No folder yet'}</strong>
        <p>
          Drop one anywhere on the window, or choose it here. Ignore files and node_modules are respected.
        </p>
      </div>
      <Button onClick={() => input.current?.click()}>
        {dropped === null ? 'Choose a folder' : 'Another folder'}
      </Button>
      <input
        ref={(element) => {
          input.current = element;
          // React has no name for this attribute.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-label="Folder"
        onChange={({ target }) => onDropped(target.files && readChosen(target.files))}
      />
    </div>
  );
}
