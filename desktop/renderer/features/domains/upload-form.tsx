/** Takes a certificate of one's own, as the files an authority gave. */

import { useState } from 'react';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './domains-page.module.css';

export function UploadForm({ server }: { server: string }) {
  const client = useServerClient(server);
  const [chain, setChain] = useState('');
  const [key, setKey] = useState('');
  const { running, error, run } = useAction();
  const upload = () =>
    run(async () => {
      await client.call('certificates.upload', { chain, key });
      setChain('');
      setKey('');
    });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void upload();
      }}
    >
      {error && <Notice message={error.message} hint={error.hint} />}
      <label>
        Certificate, the host first (PEM)
        <textarea
          className={styles.text}
          spellCheck={false}
          value={chain}
          onChange={(event) => setChain(event.target.value)}
        />
      </label>
      <label>
        Its key (PEM)
        <textarea
          className={styles.text}
          spellCheck={false}
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </label>
      <div>
        <Button type="submit" busy={running} disabled={chain === '' || key === ''}>
          Upload
        </Button>
      </div>
    </form>
  );
}
