/** A talk with any model, as apps have it: through the gateway, and in the ledger. */

import { useRef, useState } from 'react';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './gateway.module.css';

interface Said {
  id: string;
  role: 'user' | 'assistant';
  text: string;
}

export function Playground({ server, names }: { server: string; names: readonly string[] }) {
  const client = useServerClient(server);
  const { running, error, run } = useAction();
  const [model, setModel] = useState('');
  const [words, setWords] = useState('');
  const [said, setSaid] = useState<readonly Said[]>([]);
  const stop = useRef<AbortController | null>(null);
  const ask = () =>
    run(async () => {
      const turns: Said[] = [...said, { id: crypto.randomUUID(), role: 'user', text: words }];
      const id = crypto.randomUUID();
      let text = '';
      setSaid([...turns, { id, role: 'assistant', text }]);
      setWords('');
      stop.current = new AbortController();
      await client.stream(
        'aiPlay.ask',
        { model, turns: turns.map(({ role, text: each }) => ({ role, text: each })), maxTokens: 2000 },
        (event) => {
          text += event.text;
          setSaid([...turns, { id, role: 'assistant', text }]);
        },
        stop.current.signal,
      );
    });
  return (
    <Section title="Playground">
      <div className={styles.talk} role="log" aria-label="What was said">
        {said.map((each) => (
          <p key={each.id} className={each.role === 'user' ? styles.said : undefined}>
            {each.text}
          </p>
        ))}
        {error && <Notice message={error.message} hint={error.hint} />}
      </div>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (model !== '' && words !== '') void ask();
        }}
      >
        <Field
          label="Model"
          value={model}
          onValue={setModel}
          mono
          list="ai-models"
          placeholder="gpt-4o-mini"
        />
        <datalist id="ai-models">
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Field label="Say" value={words} onValue={setWords} />
        {running ? (
          <Button onClick={() => stop.current?.abort()}>Stop</Button>
        ) : (
          <Button type="submit" disabled={model === '' || words === ''}>
            Ask
          </Button>
        )}
        <Button weight="quiet" disabled={running || said.length === 0} onClick={() => setSaid([])}>
          Begin anew
        </Button>
      </form>
    </Section>
  );
}
