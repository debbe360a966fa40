/**
 * Which attributes say how a page looks, and which say something to a person. Only the former are kept: a list of what may
 * stay, as nobody can list what may not.
 */

const words = (text: string) => new Set(text.split(/\s+/));

/** Kept as they are. */
const looks =
  words(`class id type rel media dir lang width height hidden disabled readonly required checked selected
  multiple open colspan rowspan span cols rows size wrap align valign border cellpadding cellspacing bgcolor color face
  start reversed role tabindex contenteditable draggable spellcheck autofocus inputmode scope nowrap charset is slot part
  viewbox d fill stroke points x y x1 x2 y1 y2 cx cy r rx ry dx dy pathlength transform offset gradientunits
  gradienttransform patternunits preserveaspectratio clip-path clip-rule fill-rule fill-opacity stroke-width stroke-linecap
  stroke-linejoin stroke-dasharray stroke-dashoffset stroke-opacity opacity mask filter marker-start marker-end text-anchor
  dominant-baseline xmlns xmlns:xlink version stop-color stop-opacity focusable aria-hidden aria-expanded aria-selected
  aria-checked aria-current aria-pressed aria-disabled aria-invalid aria-busy aria-live aria-modal aria-orientation aria-sort
  aria-haspopup aria-atomic aria-multiselectable aria-readonly aria-required data-rr-is-password`);

/** What states are called: values that say nothing of a person. */
const states =
  words(`true false yes no on off open closed opened close light dark system auto none active inactive checked
  unchecked indeterminate horizontal vertical top bottom left right start end center middle small medium large sm md lg xl
  visible hidden enabled disabled loading loaded idle error success warning info primary secondary default selected
  expanded collapsed ltr rtl`);

/** The value an attribute is stored with; null: it is left out. `masked`: nobody chose to show what is in the element. */
export function keptAttribute(tag: string, name: string, value: string, masked: boolean): string | null {
  const lower = name.toLowerCase();
  if (lower === 'style') return quietStyle(value);
  if (lower === 'href' && tag === 'link') return value.replace(/[?#].*$/s, '');
  // An image in a drawing is one of the same drawing; a link looks like one because it leads somewhere.
  if (/^(?:xlink:)?href$/.test(lower)) return /^#[\w-]*$/.test(value) && tag !== 'a' ? value : '#';
  if (
    /^(?:src|srcset|srcdoc|action|formaction|poster|ping|content|nonce|integrity|on\w+|cite|data|background)$/.test(
      lower,
    )
  )
    return tag === 'meta' && /^[\w.,=\s-]*width[\w.,=\s-]*$/.test(value) ? value : null;
  if (looks.has(lower) || lower.startsWith('rr_') || lower === '_csstext') return value;
  if (value === '' || /^\d{1,2}$/.test(value) || states.has(value.toLowerCase())) return value;
  return masked ? value.replace(/\S/g, '*') : value;
}

/** Without what it would fetch, and without text in variables of its own. */
export function quietStyle(style: string): string {
  return style
    .replace(/url\((?!["']?#)[^)]*\)/gi, 'none')
    .replace(/(^|;)(\s*--[\w-]+\s*:)[^;]*["'][^;]*/g, '$1$2 ""');
}
