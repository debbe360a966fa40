/** rrweb's recorder, set so that it keeps no text, no field, no picture and no drawing. */

import { record } from '@rrweb/record';
import { fieldText, type RecordedEvent, shownText } from './scrub.ts';

export interface Observer {
  /** The whole page once more. */
  snapshot(): void;
  nodeOf(id: number): Node | null;
  stop(): void;
}

/** Of these only the size is kept. */
const media =
  'img, image, picture, video, audio, object, embed, iframe, frame, svg, canvas, [data-windlass-block]';

/** Null where the browser cannot be recorded. */
export function observe(
  chosen: { unmask: string | null; block: string | null },
  emit: (event: RecordedEvent) => void,
): Observer | null {
  const stop = record({
    emit,
    blockSelector: chosen.block === null ? media : `${media}, ${chosen.block}`,
    maskAllInputs: true,
    maskInputFn: (text, field) => fieldText(text, field, chosen),
    maskTextSelector: '*',
    maskTextFn: (text, element) => shownText(text, element, chosen),
    slimDOMOptions: 'all',
    inlineStylesheet: true,
    inlineImages: false,
    recordCanvas: false,
    collectFonts: false,
    recordCrossOriginIframes: false,
    sampling: { mousemove: 100, scroll: 150, media: 800, input: 'last' },
    // What it trips over in a page must not become the page's own error.
    errorHandler: () => true,
  });
  return stop === undefined
    ? null
    : { stop, snapshot: () => record.takeFullSnapshot(true), nodeOf: (id) => record.mirror.getNode(id) };
}

/** One selector of many; null for none. Throws where one of them is no selector. */
export function joinSelectors(selectors: readonly string[]): string | null {
  const nowhere = document.createDocumentFragment();
  for (const each of selectors) nowhere.querySelector(each);
  return selectors.length === 0 ? null : selectors.join(', ');
}
