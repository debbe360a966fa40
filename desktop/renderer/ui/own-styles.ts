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

/**
 * The same within a frame that a script of ours fills: its style elements carry the nonce, and styles written as attributes
 * are set as a script may set them. The frame's own scripts stay forbidden. Answers the function that ends it.
 */
export function letFrameHaveStyles(frame: HTMLIFrameElement, nonce: string): () => void {
  const page = frame.contentDocument;
  const realm = frame.contentWindow as (Window & { Element: typeof Element }) | null;
  if (page === null || realm === null) return () => undefined;
  const make = page.createElement.bind(page);
  page.createElement = ((...given: Parameters<Document['createElement']>) => {
    const made = make(...given);
    // Of the frame's realm, so no instance of our own classes.
    if (made.localName === 'style') (made as HTMLStyleElement).nonce = nonce;
    return made;
  }) as Document['createElement'];
  // What is made in the page and moved into the frame keeps the page's classes.
  const [ofFrame, ofPage] = [realm.Element.prototype, Element.prototype];
  const before = ofPage.setAttribute;
  for (const prototype of [ofFrame, ofPage]) {
    const set = prototype.setAttribute;
    prototype.setAttribute = function setAttribute(name, value) {
      if (name === 'style' && 'style' in this) (this as HTMLElement).style.cssText = value;
      else set.call(this, name, value);
    };
  }
  return () => {
    ofPage.setAttribute = before;
  };
}
