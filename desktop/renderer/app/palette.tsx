/** Every view and action by a few letters: Ctrl-K or Cmd-K. */

import { Dialog } from 'radix-ui';
import { useId, useMemo, useState } from 'react';
import styles from './palette.module.css';
import { paletteScore } from './palette-score.ts';

export interface Command {
  id: string;
  label: string;
  /** What kind of thing it is. */
  group: string;
  act(): void;
}

const mostShown = 12;

export function Palette({ commands, onClose }: { commands: readonly Command[]; onClose(): void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const found = useMemo(() => rank(commands, typed), [commands, typed]);
  const chosen = found[Math.min(at, found.length - 1)];
  const choose = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.act();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.shade} />
        <Dialog.Content className={styles.palette} aria-describedby={undefined}>
          <Dialog.Title className={styles.unseen}>Commands</Dialog.Title>
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={chosen && `${list}-${chosen.id}`}
            aria-label="Find a view or an action"
            placeholder="Find a view or an action"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
              if (step !== undefined) {
                event.preventDefault();
                setAt((before) => (before + step + found.length) % Math.max(1, found.length));
              } else if (event.key === 'Enter') choose(chosen);
            }}
          />
          <div role="listbox" id={list} aria-label="Commands" className={styles.list}>
            {found.map((command, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are on the field that keeps the focus.
              // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the option.
              <div
                key={command.id}
                id={`${list}-${command.id}`}
                role="option"
                aria-selected={command === chosen}
                className={styles.option}
                onMouseMove={() => setAt(index)}
                onClick={() => choose(command)}
              >
                <span>{command.label}</span>
                <small>{command.group}</small>
              </div>
            ))}
          </div>
          {found.length === 0 && <p className={styles.none}>Nothing fits “{typed}”.</p>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function rank(commands: readonly Command[], typed: string): Command[] {
  return commands
    .flatMap((command) => {
      const score = paletteScore(`${command.label} ${command.group}`, typed);
      return score === null ? [] : [{ command, score }];
    })
    .sort((a, b) => (typed === '' ? 0 : b.score - a.score))
    .slice(0, mostShown)
    .map(({ command }) => command);
}
