/** Files that come with an event, minidumps among them: stored compressed, listed, given out again. */

import { textOf } from '../event/text.ts';
import type { Json } from '../wire/envelope.ts';
import type { ItemContext } from './context.ts';

export function takeAttachment(context: ItemContext, event: string, header: Json, bytes: Uint8Array): void {
  const { stores, project, now } = context;
  stores.events.file.db
    .query(
      'INSERT INTO attachments (event, project, at, kind, name, type, size, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      ...[event, project.id, now, textOf(header.attachment_type, 60) || 'event.attachment'],
      ...[
        textOf(header.filename, 200) || 'attachment',
        textOf(header.content_type, 100) || 'application/octet-stream',
      ],
      ...[bytes.length, Bun.zstdCompressSync(bytes, { level: 3 })],
    );
}
