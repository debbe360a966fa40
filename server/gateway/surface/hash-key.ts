/** What a key is known by. */

/** Hex. What is looked up is the hash, so that the time it takes says nothing about the keys there are. */
export function hashKey(key: string): string {
  return Bun.SHA256.hash(key, 'hex');
}
