/** Gives the frames of an event their original places, where source maps know them. Pure but for the lookup. */

import type { Original, Place } from '../sourcemaps/original.ts';
import { isOwnFile } from './frame.ts';
import { type ErrorEvent, readEvent, type Thrown } from './read-event.ts';

const mostLookups = 200;

/** The event anew, or null where nothing was found. */
export function unminify(
  event: ErrorEvent,
  project: number,
  release: string | null,
  original: Original,
): ErrorEvent | null {
  if (event.platform !== 'javascript' && event.platform !== 'node') return null;
  const byFile = new Map(event.images.map(({ file, debugId }) => [file, debugId]));
  const places = new Map<object, Place>();
  let left = mostLookups;
  for (const frame of event.thrown.flatMap(({ frames }) => [...frames].reverse())) {
    if (frame.line <= 0 || frame.column <= 0 || left-- <= 0) continue;
    const debugId = byFile.get(frame.path) ?? byFile.get(frame.file) ?? null;
    const place = original({
      project,
      debugId,
      release,
      path: frame.path,
      line: frame.line,
      column: frame.column,
    });
    if (place !== null) places.set(frame.raw, place);
  }
  if (places.size === 0) return null;
  const raw = {
    ...event.raw,
    exception: { values: event.thrown.map((each, at) => rewritten(event, each, at, places)) },
  };
  return readEvent(raw, event.id, event.at);
}

function rewritten(
  event: ErrorEvent,
  thrown: Thrown,
  at: number,
  places: ReadonlyMap<object, Place>,
): unknown {
  const exception = event.raw.exception;
  const values: unknown =
    typeof exception === 'object' && exception !== null && 'values' in exception
      ? exception.values
      : exception;
  const raw: unknown = Array.isArray(values) ? values[at] : values;
  const frames = thrown.frames.map((frame, index) => {
    const place = places.get(frame.raw);
    if (place === undefined) return frame.raw;
    // The name of a function is what the caller's place called; at its own place stands what it calls.
    const caller = thrown.frames[index - 1];
    const called = caller === undefined ? undefined : places.get(caller.raw)?.name;
    return {
      ...frame.raw,
      abs_path: place.file,
      filename: place.file.replace(/^(?:webpack|vite|app|file):\/{2,3}/, '').replace(/^(?:\.{1,2}\/)+/, ''),
      lineno: place.line,
      colno: place.column,
      ...(called == null ? {} : { function: called }),
      in_app: isOwnFile(place.file),
      ...(place.context === null
        ? {}
        : { pre_context: place.before, context_line: place.context, post_context: place.after }),
      data: {
        minified: { file: frame.path, line: frame.line, column: frame.column, function: frame.function },
      },
    };
  });
  return { ...(typeof raw === 'object' ? raw : {}), stacktrace: { frames } };
}
