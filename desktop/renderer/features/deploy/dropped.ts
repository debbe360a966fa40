/** Reads a folder that was let go over the window, or chosen in the browser's dialog. */

import type { Dropped } from '../../app/intent.ts';
import { isNeverSent } from './left-out.ts';

interface Found {
  path: string;
  file: File;
}

/** Files a folder may have before it is surely not an app. */
const mostFiles = 50_000;

/** Must be called within the drop event: its items are gone afterwards. Null where no folder was dropped. */
export function readDropped(transfer: DataTransfer, pathOf: ((file: File) => string) | null): Dropped | null {
  const [item] = transfer.items;
  const entry = item?.webkitGetAsEntry();
  if (!entry?.isDirectory) return null;
  const [file] = transfer.files;
  return {
    name: entry.name,
    path: pathOf && file ? pathOf(file) : null,
    files: readFolder(entry as FileSystemDirectoryEntry),
  };
}

/** From an `<input type=file webkitdirectory>`. */
export function readChosen(list: FileList): Dropped | null {
  const files = [...list].map((file) => {
    const [folder = '', ...rest] = file.webkitRelativePath.split('/');
    return { folder, path: rest.join('/'), file };
  });
  const [first] = files;
  return first === undefined ? null : { name: first.folder, path: null, files: Promise.resolve(files) };
}

async function readFolder(root: FileSystemDirectoryEntry): Promise<Found[]> {
  const found: Found[] = [];
  const waiting: { entry: FileSystemDirectoryEntry; path: string }[] = [{ entry: root, path: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await entriesOf(next.entry)) {
      // The largest folders of all are left out anyway; reading them would only take time.
      if (isNeverSent(entry.name)) continue;
      const path = `${next.path}${entry.name}`;
      if (entry.isDirectory) waiting.push({ entry: entry as FileSystemDirectoryEntry, path: `${path}/` });
      else found.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
      if (found.length > mostFiles) throw new Error(`more than ${mostFiles} files`);
    }
  }
  return found;
}

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
