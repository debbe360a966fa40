/** Takes a certificate of one's own, as the files an authority gave. */

import { useState } from 'react';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
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
      <TextArea label="Certificate, the host first (PEM)" value={chain} onValue={setChain} />
      <TextArea label="Its key (PEM)" value={key} onValue={setKey} />
      <div>
        <Button type="submit" busy={running} disabled={chain === '' || key === ''}>
          Upload
        </Button>
      </div>
    </form>
  );
}
