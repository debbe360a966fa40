/** The platforms `windlass` is made for. */

export interface Target {
  /** Suffix of the file: `windlass-<name>`. */
  name: string;
  /** What `bun build --target` calls it. */
  bun: string;
  /** The npm package with that platform's Bun. */
  package: string;
}

/** x64 is one binary for old and new CPUs: since Bun 1.4 it needs SSE4.2 and picks AVX2 code paths at run time. */
export const targets: readonly Target[] = [
  { name: 'linux-x64', bun: 'bun-linux-x64', package: '@oven/bun-linux-x64' },
  { name: 'linux-arm64', bun: 'bun-linux-arm64', package: '@oven/bun-linux-aarch64' },
  { name: 'linux-x64-musl', bun: 'bun-linux-x64-musl', package: '@oven/bun-linux-x64-musl' },
  { name: 'linux-arm64-musl', bun: 'bun-linux-arm64-musl', package: '@oven/bun-linux-aarch64-musl' },
  { name: 'darwin-x64', bun: 'bun-darwin-x64', package: '@oven/bun-darwin-x64' },
  { name: 'darwin-arm64', bun: 'bun-darwin-arm64', package: '@oven/bun-darwin-aarch64' },
];
