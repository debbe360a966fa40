/**
 * The one gate behind the recorder: whatever it observed, an event leaves with text as stars, fields as stars, addresses
 * without query, and attributes only where they say how something looks.
 */

import { cleanAddress } from './address.ts';
import { keptAttribute, quietStyle } from './attributes.ts';
import { isSensitive, stars, withoutCards } from './sensitive.ts';

/** An event in rrweb's form, of which only what is looked at here is named. */
export interface RecordedEvent {
  readonly type: number;
  readonly timestamp: number;
  readonly data: unknown;
}

export interface Gate {
  /** Where a node of a number is in the page; null where it is no longer. */
  nodeOf(id: number): Node | null;
  /** Selectors of what an owner shows as it is. */
  readonly unmask: string | null;
}

interface Serialized {
  id?: number;
  tagName?: string;
  textContent?: string;
  isStyle?: boolean;
  attributes?: Attributes;
  childNodes?: Serialized[];
}
type Attributes = Record<string, unknown>;

interface Incremental {
  source: number;
  id?: number;
  text?: string;
  href?: string;
  node?: Serialized;
  adds?: { node: Serialized }[];
  texts?: { id: number; value: string | null }[];
  attributes?: { id: number; attributes: Attributes }[];
}

/** rrweb's numbers of kinds of events, and of sources of changes. */
export const kinds = { snapshot: 2, change: 3, meta: 4, custom: 5 } as const;
export const sources = { mutation: 0, move: 1, click: 2, scroll: 3, input: 5, touch: 6, drag: 12 } as const;

/** Changes the event in place. */
export function scrub(event: RecordedEvent, gate: Gate): void {
  const data = event.data as Incremental;
  if (event.type === kinds.meta && typeof data.href === 'string') data.href = cleanAddress(data.href);
  if (event.type === kinds.snapshot && data.node) scrubNode(data.node, gate, false);
  if (event.type !== kinds.change) return;
  if (data.source === sources.input && typeof data.text === 'string') {
    data.text = fieldText(data.text, elementOf(data.id, gate), gate);
  }
  if (data.source !== sources.mutation) return;
  for (const { node } of data.adds ?? [])
    scrubNode(node, gate, elementOf(node.id, gate)?.tagName === 'STYLE');
  for (const text of data.texts ?? []) {
    const element = elementOf(text.id, gate);
    if (text.value !== null && element?.tagName !== 'STYLE')
      text.value = shownText(text.value, element, gate);
  }
  for (const { id, attributes } of data.attributes ?? [])
    scrubAttributes(attributes, elementOf(id, gate), gate);
}

/** What was typed, as it may be stored; a secret does not even tell its length. */
export function fieldText(text: string, field: Element | null, gate: Pick<Gate, 'unmask'>): string {
  if (text === '') return '';
  if (field === null || isSensitive(field)) return '*'.repeat(8);
  return isShown(field, gate) ? withoutCards(text) : text.replace(/[^\n]/g, '*');
}

export function shownText(text: string, element: Element | null, gate: Pick<Gate, 'unmask'>): string {
  return isShown(element, gate) ? withoutCards(text) : stars(text);
}

function isShown(element: Element | null, { unmask }: Pick<Gate, 'unmask'>): boolean {
  return unmask !== null && element?.closest(unmask) != null;
}

function scrubNode(node: Serialized, gate: Gate, style: boolean): void {
  if (node.tagName !== undefined) {
    if (node.attributes) scrubAttributes(node.attributes, elementOf(node.id, gate), gate, node.tagName);
  } else if (node.textContent && !node.isStyle && !style) {
    node.textContent = shownText(node.textContent, elementOf(node.id, gate), gate);
  }
  for (const child of node.childNodes ?? []) scrubNode(child, gate, node.tagName === 'style');
}

function scrubAttributes(attributes: Attributes, element: Element | null, gate: Gate, named?: string): void {
  const tag = named ?? element?.tagName.toLowerCase() ?? '';
  const masked = !isShown(element, gate) || (element !== null && isSensitive(element));
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'style' && typeof value === 'object' && value !== null) {
      attributes[name] = JSON.parse(JSON.stringify(value), (_, part) =>
        typeof part === 'string' ? quietValue(part) : part,
      );
    }
    if (typeof value !== 'string') continue;
    const kept =
      name === 'value' && /^(?:input|textarea|select)$/.test(tag)
        ? fieldText(value, element, gate)
        : keptAttribute(tag, name, value, masked);
    if (kept === null) delete attributes[name];
    else attributes[name] = masked ? kept : withoutCards(kept);
  }
}

/** Of a declaration that changed only the value is known, so text in quotes goes. */
function quietValue(value: string): string {
  return quietStyle(value).replace(/"[^"]*"|'[^']*'/g, '""');
}

function elementOf(id: number | undefined, gate: Gate): Element | null {
  const node = id === undefined ? null : gate.nodeOf(id);
  return node instanceof Element ? node : (node?.parentElement ?? null);
}
