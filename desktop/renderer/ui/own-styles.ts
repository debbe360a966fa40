/** Styles that packages write by themselves, let through the page's content policy without opening it for others'. */

/** Every style element that the page's own scripts make carries the page's nonce. */
export function giveStylesNonce(page: Document, nonce: string): void {
  const make = page.createElement.bind(page);
  page.createElement = ((...given: Parameters<Document['createElement']>) => {
    const made = make(...given);
    if (made instanceof HTMLStyleElement) made.nonce = nonce;
    return made;
  }) as Document['createElement'];
}

/** A document whose spans take a style as a script may set it; as an attribute the policy takes no effect of it. */
export function withStyledSpans(page: Document): Document {
  return new Proxy(page, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'createElement') return value.bind(target);
      return (...given: Parameters<Document['createElement']>) => {
        const made = target.createElement(...given);
        if (made instanceof HTMLSpanElement) {
          made.setAttribute = (attribute, text) => {
            if (attribute === 'style') made.style.cssText = text;
            else Element.prototype.setAttribute.call(made, attribute, text);
          };
        }
        return made;
      };
    },
  });
}
