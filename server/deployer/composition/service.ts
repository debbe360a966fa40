/** A service of a Compose file, read and checked, before any image is made. */

import type { Need, Surroundings, Template } from './companion.ts';

export interface ServiceBuild {
  /** Folder inside the app's, `.` for all of it. */
  context: string;
  dockerfile: string | null;
  target: string | null;
  args: Readonly<Record<string, string>>;
}

/** A file or folder of the source that appears in the container, read-only: it is put into an image of our own. */
export interface PlacedFile {
  from: string;
  to: string;
}

export interface Service {
  readonly name: string;
  readonly line: number;
  image: string | null;
  build: ServiceBuild | null;
  surroundings: Surroundings;
  placed: PlacedFile[];
  needs: Need[];
  /** Container ports it publishes, then those it exposes. */
  published: number[];
  exposed: number[];
  envFiles: { path: string; required: boolean; line: number }[];
  restart: 'never' | 'on-failure' | 'always' | null;
  stopGraceMs: number | null;
  memory: number | null;
  cpu: number | null;
  replicas: number | null;
  profiles: string[];
  /** Secrets and configs it asks for, by their names at the top of the file. */
  secrets: { name: string; path: string; line: number }[];
  configs: { name: string; path: string; line: number }[];
}

export interface ComposeFile {
  services: Service[];
  /** Named volumes, as the file calls them. */
  volumes: string[];
  /** Where the text of each secret comes from. */
  secrets: ReadonlyMap<string, { kind: 'file'; path: string } | { kind: 'text'; text: Template }>;
  configs: ReadonlyMap<string, { kind: 'file'; path: string } | { kind: 'text'; text: Template }>;
}
