/** How much of what is taken in, as Relay has it unless said otherwise. Bytes and counts. */

export const limits = {
  /** What a client sends, compressed or not. Relay takes 200 MiB; one process of 50 MB does not. */
  body: 20 * 1024 ** 2,
  /** What comes out of it. */
  decoded: 40 * 1024 ** 2,
  event: 1024 ** 2,
  container: 12 * 1024 ** 2,
  checkIn: 100 * 1024,
  clientReport: 100 * 1024,
  attachment: 20 * 1024 ** 2,
  attachments: 30,
  spansOfContainer: 1000,
  sessions: 100,
  security: 64 * 1024,
} as const;
