/** A YAML document as a tree that knows its lines. The one door to `yaml`, loaded with the first Compose file. */

import type { Document, Node as YamlNode } from 'yaml';
import { WindlassError } from '../../../shared/errors.ts';

export type Node = TextNode | ListNode | MapNode;

/** A scalar, as it was written: `1.10` stays `1.10`. `isNull` for nothing at all. */
export interface TextNode {
  kind: 'text';
  text: string;
  isNull: boolean;
  line: number;
}
export interface ListNode {
  kind: 'list';
  items: Node[];
  line: number;
}
export interface MapNode {
  kind: 'map';
  entries: Entry[];
  line: number;
}
export interface Entry {
  key: string;
  line: number;
  value: Node;
}

/** Most bytes of a document, and most nodes once its aliases are followed. */
const mostBytes = 512 * 1024;
const mostNodes = 20_000;

/** Throws `invalid` with line and column. `file` is its name, for people. Anchors and merge keys are followed. */
export async function readYaml(text: string, file: string): Promise<Node> {
  if (text.length > mostBytes)
    throw new WindlassError('limit', `${file} is larger than ${mostBytes / 1024} KB`);
  const { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document: Document.Parsed = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new WindlassError('invalid', `${file} line ${line}, column ${col}: ${fault.message}`, {
      hint: 'The file must be YAML, indented with spaces.',
    });
  }

  let nodes = 0;
  const lineOf = (node: unknown, otherwise: number): number => {
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    return range === null || range === undefined ? otherwise : lines.linePos(range[0]).line;
  };
  const convert = (node: unknown, above: number): Node => {
    if (++nodes > mostNodes) throw new WindlassError('limit', `${file} has more than ${mostNodes} values`);
    const line = lineOf(node, above);
    if (isAlias(node)) return convert(node.resolve(document) as YamlNode, line);
    if (isSeq(node)) return { kind: 'list', line, items: node.items.map((item) => convert(item, line)) };
    if (isMap(node)) return { kind: 'map', line, entries: entriesOf(node.items, line) };
    if (!isScalar(node)) return { kind: 'text', text: '', isNull: true, line };
    const { value, source } = node;
    const text = typeof value === 'string' ? value : (source ?? String(value));
    return { kind: 'text', text, isNull: value === null, line };
  };
  const entriesOf = (pairs: readonly { key: unknown; value: unknown }[], above: number): Entry[] => {
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const { key, value } of pairs) {
      const line = lineOf(key, above);
      const name = isScalar(key) ? String(key.value) : '';
      const entry = { key: name, line, value: convert(value, line) };
      if (name === '<<') merged.push(...entriesToMerge(entry.value));
      else own.push(entry);
    }
    const taken = new Set(own.map(({ key }) => key));
    for (const entry of merged) {
      if (taken.has(entry.key)) continue;
      taken.add(entry.key);
      own.push(entry);
    }
    return own;
  };
  return convert(document.contents, 1);
}

function entriesToMerge(node: Node): Entry[] {
  switch (node.kind) {
    case 'map':
      return node.entries;
    case 'list':
      return node.items.flatMap(entriesToMerge);
    case 'text':
      return [];
  }
}
