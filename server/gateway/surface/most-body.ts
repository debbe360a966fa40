/** Bytes of a request at most: a conversation with pictures. */
export const mostBody = 32 * 1024 * 1024;
