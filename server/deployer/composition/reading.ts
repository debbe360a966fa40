/** Values out of a YAML tree, each checked for its kind; what does not fit is refused with its line. */

import { toPublicError } from '../../../shared/errors.ts';
import type { Template } from './companion.ts';
import type { Faults } from './faults.ts';
import { interpolate, type Lookup } from './interpolate.ts';
import type { Entry, Node } from './yaml-tree.ts';

export interface Reading {
  readonly faults: Faults;
  /** A text with its variables filled in now; null where it is no text. */
  text(entry: Entry): string | null;
  /** A text whose variables are filled in when the container starts; those that must be set are asked for now. */
  template(entry: Entry): Template | null;
  number(entry: Entry, parse: (text: string) => number | null, like: string): number | null;
  flag(entry: Entry): boolean;
  /** The items of a list, or a single text as one. `at`: its key, with the line of the item. */
  items(entry: Entry): Entry[];
  /** The entries of a map; of a list of `NAME=VALUE`, too, where `lists` is set. A name alone has no value. */
  pairs(entry: Entry, lists?: boolean): Entry[];
  refuse(entry: Entry, why: string, hint?: string): void;
}

export function createReading(faults: Faults, lookup: Lookup): Reading {
  const refuse: Reading['refuse'] = ({ line, key }, why, hint) => faults.refuse(line, key, why, hint);
  const plain = (entry: Entry): string | null => {
    if (entry.value.kind === 'text') return entry.value.text;
    refuse(entry, `must be text, and is a ${entry.value.kind}`);
    return null;
  };
  const filled = (entry: Entry, text: string): string => {
    try {
      return interpolate(text, lookup, (name) =>
        faults.warn(entry.line, entry.key, `uses the variable ${name}, which is not set: it is empty`),
      );
    } catch (error) {
      const { message, hint } = toPublicError(error);
      refuse(entry, message, hint);
      return '';
    }
  };
  const text: Reading['text'] = (entry) => {
    const found = plain(entry);
    return found === null ? null : filled(entry, found);
  };
  const at = (entry: Entry, value: Node, key = entry.key): Entry => ({ key, line: value.line, value });

  return {
    faults,
    refuse,
    text,
    template(entry) {
      const found = plain(entry);
      if (found !== null) filled(entry, found);
      return found;
    },
    number(entry, parse, like) {
      const found = text(entry);
      const value = found === null ? null : parse(found);
      if (found !== null && value === null) refuse(entry, `is "${found}", and must be like "${like}"`);
      return value;
    },
    flag(entry) {
      const found = text(entry)?.toLowerCase();
      if (found === 'true' || found === 'yes') return true;
      if (found !== 'false' && found !== 'no' && found !== undefined) refuse(entry, 'must be true or false');
      return false;
    },
    items(entry) {
      switch (entry.value.kind) {
        case 'list':
          return entry.value.items.map((item) => at(entry, item));
        case 'text':
          return entry.value.isNull ? [] : [entry];
        case 'map':
          refuse(entry, 'must be a list');
          return [];
      }
    },
    pairs(entry, lists = true) {
      const { value } = entry;
      if (value.kind === 'map') return value.entries;
      if (value.kind === 'text' && value.isNull) return [];
      if (value.kind === 'text' || !lists) {
        refuse(entry, `must be a map${lists ? ' or a list' : ''}`);
        return [];
      }
      return value.items.flatMap((item): Entry[] => {
        if (item.kind !== 'text') {
          refuse(at(entry, item), 'must have lines like NAME=VALUE');
          return [];
        }
        const equals = item.text.indexOf('=');
        const key = equals < 0 ? item.text : item.text.slice(0, equals);
        const rest = equals < 0 ? '' : item.text.slice(equals + 1);
        return [at(entry, { ...item, text: rest, isNull: equals < 0 }, key)];
      });
    },
  };
}
