/** The part of Sentry's web API that `sentry-cli` and bundlers' plugins use: who am I, uploads, releases. */

import { gunzipSync } from 'node:zlib';
import type { EndpointAnswer, EndpointRequest } from '../../kernel/endpoint.ts';
import { objectOf, textOf } from '../event/text.ts';
import type { ProjectRow, ProjectStore } from '../project-store.ts';
import { json, refused } from '../wire/answer.ts';
import { decodeBody } from '../wire/decode.ts';
import { limits } from '../wire/limits.ts';
import { readParts } from '../wire/multipart.ts';
import type { WorkerLine } from '../worker-line.ts';
import { type Assembler, createAssembler } from './assemble.ts';
import { type ChunkStore, createChunkStore } from './chunk-store.ts';
import { jsonOf } from './json-of.ts';
import { answerReleases } from './release-answers.ts';

export interface UploadParts {
  projects: ProjectStore;
  line: Pick<WorkerLine, 'ask'>;
  now(): number;
  folder: string;
}

/** A power of two, as older clients want it. */
const chunkSize = 4 * 1024 ** 2;
const chunksPerRequest = 4;

/** Made at the first request, for as long as the server runs. */
const desks = new WeakMap<object, { chunks: ChunkStore; assembler: Assembler }>();

/** `path` begins behind `/api/0`. */
export async function answerUploads(
  parts: UploadParts,
  request: EndpointRequest,
  path: string,
): Promise<EndpointAnswer> {
  const project = projectOf(parts, request);
  if (project === null) {
    return refused(401, 'the token is not one of this server; `windlass issues token APP` makes one');
  }
  if (path === '/') return json(200, { version: '0', auth: { scopes: ['org:ci'] }, user: null });
  const segments = path.split('/').filter(Boolean).map(decodePart);
  const desk = deskOf(parts);
  const [first, , third] = segments;
  if (first === 'users') return json(200, { regions: [] });
  if (first === 'organizations' && third === 'chunk-upload') {
    return request.method === 'POST'
      ? takeChunks(desk.chunks, project, request)
      : json(200, {
          url: `${rootOf(request)}/api/0/organizations/windlass/chunk-upload/`,
          chunkSize,
          chunksPerRequest,
          maxRequestSize: chunkSize * chunksPerRequest,
          maxFileSize: 256 * 1024 ** 2,
          maxWait: 60,
          concurrency: 2,
          hashAlgorithm: 'sha1',
          compression: ['gzip'],
          accept: ['release_files', 'sources', 'artifact_bundles', 'artifact_bundles_v2'],
        });
  }
  if (segments.at(-1) === 'assemble' && segments.at(-2) === 'artifactbundle') {
    const state = desk.assembler.ask(project.id, jsonOf(request));
    return state === null
      ? refused(400, 'an upload is named by its checksum and its chunks')
      : json(200, state);
  }
  if (segments.at(-1) === 'assemble') return answerDifs(request);
  return answerReleases({ ...parts, project }, request, segments);
}

function projectOf({ projects }: UploadParts, { headers }: EndpointRequest): ProjectRow | null {
  const token = /^(?:Bearer|Token)\s+(\S{1,200})\s*$/i.exec(headers.get('authorization') ?? '')?.[1];
  return token === undefined ? null : projects.byToken(token);
}

function deskOf({ projects, folder, line, now }: UploadParts) {
  const found = desks.get(projects);
  if (found !== undefined) return found;
  const chunks = createChunkStore(folder, now);
  const made = { chunks, assembler: createAssembler({ chunks, line, now }) };
  desks.set(projects, made);
  return made;
}

async function takeChunks(
  store: ChunkStore,
  project: ProjectRow,
  request: EndpointRequest,
): Promise<EndpointAnswer> {
  const decoded = decodeBody(request.body, request.headers.get('content-encoding') ?? '', limits.decoded);
  const body = decoded.kind === 'bytes' ? decoded.bytes : new Uint8Array();
  const found = readParts(body, request.headers.get('content-type') ?? '');
  if (found === null) return refused(400, 'parts of an upload come as multipart/form-data');
  for (const part of found) {
    const bytes = part.name === 'file_gzip' ? unpacked(part.bytes) : part.bytes;
    if (bytes === null || !(await store.put(project.id, part.fileName, bytes))) {
      return refused(
        400,
        `the part ${part.fileName.slice(0, 60)} is not what its name says, or there is no room for it`,
      );
    }
  }
  return json(200, {});
}

function unpacked(bytes: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: chunkSize * 2 });
  } catch {
    return null;
  }
}

/** Symbols of native programs are not used here: said of each, so that a client does not wait for it. */
function answerDifs(request: EndpointRequest): EndpointAnswer {
  const sums = Object.keys(objectOf(jsonOf(request))).slice(0, 1000);
  const detail = 'native debug files are not used here';
  return json(
    200,
    Object.fromEntries(sums.map((sum) => [sum, { state: 'error', missingChunks: [], detail }])),
  );
}

/** Where the client sees us: the same behind the prefix as on a host of our own. */
function rootOf({ headers, host, scheme }: EndpointRequest): string {
  return `${scheme}://${headers.get('host') ?? host}/.windlass`;
}

function decodePart(part: string): string {
  try {
    return textOf(decodeURIComponent(part), 250);
  } catch {
    return part;
  }
}
