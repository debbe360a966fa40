/** What a person has entered of a deployment so far, and what of it can be sent. Pure. */

import type { Dropped } from '../../app/intent.ts';
import { appNameFrom } from './app-name-from.ts';
import type { Chosen } from './send.ts';

export interface Draft {
  kind: Chosen['kind'];
  dropped: Dropped | null;
  path: string;
  url: string;
  ref: string;
  image: string;
}

export const emptyDraft: Draft = { kind: 'folder', dropped: null, path: '', url: '', ref: '', image: '' };

/** Null while something is missing. */
export function chosenOf({ kind, dropped, path, url, ref, image }: Draft): Chosen | null {
  const text = { folder: '-', path, git: url, image }[kind].trim();
  if (text === '') return null;
  switch (kind) {
    case 'folder':
      return dropped && { kind, dropped };
    case 'path':
      return { kind, path };
    case 'git':
      return { kind, url, ref };
    case 'image':
      return { kind, reference: image };
  }
}

/** What the app would be called; empty where nothing tells. */
export function nameOf({ kind, dropped, path, url, image }: Draft): string {
  const withoutTag = image.replace(/@.*$/, '').replace(/:[\w.-]*$/, '');
  return appNameFrom({ folder: dropped?.name ?? '', path, git: url, image: withoutTag }[kind]);
}
