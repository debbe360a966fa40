/** Clicks and forms that say something: links to elsewhere, files, elements with an event of their own. */

import type { EventOptions, Options } from './options.ts';

const files =
  /\.(pdf|xlsx?|docx?|txt|rtf|csv|exe|key|pp[st]x?|7z|pkg|rar|gz|zip|avi|mov|mp4|mpe?g|wmv|midi?|mp3|wav|wma|dmg|apk|deb|rpm|msi|epub|iso)$/i;

type Track = (name: string, options?: EventOptions) => void;

export function watchClicks(options: Options, track: Track): void {
  const clicked = (event: MouseEvent) => {
    // The middle button opens a link, too; the right one does not.
    if (event.type === 'auxclick' && event.button !== 1) return;
    const target = event.target instanceof Element ? event.target : null;
    const marked = target?.closest<HTMLElement>('[data-windlass-event]');
    if (marked) trackMarked(marked, track);
    const link = target?.closest<HTMLAnchorElement>('a[href]');
    if (!link || !/^https?:$/.test(link.protocol)) return;
    const url = `${link.origin}${link.pathname}`;
    if (options.downloads !== false && files.test(link.pathname)) track('File Download', { props: { url } });
    else if (options.outbound !== false && link.host !== location.host) {
      track('Outbound Link: Click', { props: { url } });
    }
  };
  addEventListener('click', clicked, true);
  addEventListener('auxclick', clicked, true);
  if (options.forms !== false) {
    addEventListener(
      'submit',
      ({ target }) => {
        if (target instanceof HTMLFormElement) {
          // What was filled in is nobody's business; where it goes may be.
          track('Form: Submission', { props: { path: location.pathname } });
        }
      },
      true,
    );
  }
}

/** `data-windlass-event="Signup" data-windlass-event-plan="team"`. */
function trackMarked(element: HTMLElement, track: Track): void {
  const props: Record<string, string> = {};
  let name = '';
  for (const [key, value = ''] of Object.entries(element.dataset)) {
    if (key === 'windlassEvent') name = value;
    else if (key.startsWith('windlassEvent')) props[key.slice(13).toLowerCase()] = value;
  }
  if (name) track(name, { props });
}
