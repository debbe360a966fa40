/** Agrees, once, to an authority's terms, so that certificates are ordered by themselves. */

import { useState } from 'react';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './domains-page.module.css';

export function AuthorityForm({ server }: { server: string }) {
  const client = useServerClient(server);
  const [email, setEmail] = useState('');
  const [agreed, setAgreed] = useState(false);
  const { running, error, run } = useAction();
  return (
    <Section title="Let certificates be signed">
      {error && <Notice message={error.message} hint={error.hint} />}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => void (await client.call('certificates.setup', { email, agreed: true })));
        }}
      >
        <Field
          label="E-mail address"
          type="email"
          value={email}
          onValue={setEmail}
          hint="Let's Encrypt writes to it when something about your certificates is wrong."
        />
        <Tick
          label="I agree to the terms of Let's Encrypt (letsencrypt.org/repository)"
          checked={agreed}
          onValue={setAgreed}
        />
        <div>
          <Button type="submit" weight="main" busy={running} disabled={!agreed || email === ''}>
            Order certificates
          </Button>
        </div>
      </form>
    </Section>
  );
}
