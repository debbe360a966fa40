/** Which processor a program was made for, from its first bytes. Pure. */

/** ELF-64 Object File Format 1.5, 4: `e_machine` at byte 18, least significant byte first. */
const machines: Readonly<Record<number, 'x64' | 'arm64'>> = { 62: 'x64', 183: 'arm64' };

/** Null for what is no program for Linux on either. */
export function processorOf(head: Uint8Array): 'x64' | 'arm64' | null {
  const isElf64 = [0x7f, 0x45, 0x4c, 0x46, 2, 1].every((byte, at) => head[at] === byte);
  return isElf64 ? (machines[(head[18] ?? 0) | ((head[19] ?? 0) << 8)] ?? null) : null;
}
