/** Pages to be recorded: with everything that says something to a person, under a strict policy; and how their elements compare. */

/** Every word of five letters and more is one of no other use: none may be stored. */
const body = `
  <h1 class="open" title="Titlequill">Quillfeather</h1>
  <p aria-label="Labelwick" data-who="Datathorne">Bramblewick <b>Thistledown</b></p>
  <img src="/photo-of-Janewood.png" alt="Altmarsh" width="30" height="20">
  <svg width="20" height="20" aria-label="Drawfield"><title>Sketchby</title><text>Chartwell</text></svg>
  <a id="away" href="/next.html?token=Hrefsecret#Fragmentby">Linkworth</a> <a href="mailto:Mailwright@example.com">x</a>
  <form>
    <input id="name" placeholder="Placeholdric" value="Prefillington">
    <input type="hidden" value="Hiddenfold">
    <input id="secret" type="password">
    <input id="number" autocomplete="cc-number">
    <textarea id="note" aria-placeholder="Ariaplace">Areaworth</textarea>
    <select id="choice"><option value="Valueone">Optionby</option><option value="Valuetwo">Selectham</option></select>
    <input id="agree" type="checkbox" value="Agreewell"> <input type="submit" value="Submitmore">
  </form>
  <p contenteditable="true" id="free">Editwell</p>
  <canvas id="drawn" width="40" height="40"></canvas>
  <div data-windlass-block><i>Blockedby</i></div>
  <div class="shown"><p id="stock">visiblestock</p><input id="amount" value="visibleamount">
    <input id="again" type="password"><input id="cardnumber"><p id="paid"></p></div>
  <div class="private"><p>Privatemoor</p></div>
  <x-note>Hostenshade</x-note>
  <button type="button" id="grow">Buttonsby</button> <button type="button" id="dead">Deadwood</button>
  <button type="button" id="fail">Failford</button> <button type="button" id="ask">Askerton</button>
  <button type="button" id="route">Routeham</button>
  <ul id="grown"></ul><div style="height: 3000px; --note: &quot;Stylequote&quot;">Tallmarsh</div>`;

const script = `
  const on = (id, run) => document.getElementById(id).addEventListener('click', run);
  document.getElementById('drawn').getContext('2d').fillRect(5, 5, 20, 20);
  document.querySelector('x-note').attachShadow({ mode: 'open' }).innerHTML = '<p title="Shadowtitle">Shadowtext</p>';
  let rows = 0;
  on('grow', () => {
    const row = document.createElement('li');
    row.textContent = 'Growling' + ++rows;
    row.title = 'Rowtitle' + rows;
    document.getElementById('grown').append(row);
    document.querySelector('h1').title = 'Changedtitle' + rows;
    document.querySelector('.open').firstChild.nodeValue = 'Changedtext' + rows;
  });
  on('dead', () => {});
  on('fail', () => { console.error('Consoleword', { a: 1 }); throw new TypeError('Throwword'); });
  on('ask', () => fetch('/missing-Pathless@example.com/here?query=Queryword'));
  on('route', () => history.pushState({}, '', '/routed?name=Routedname'));`;

const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'self' 'unsafe-inline'";

const page = (inside: string) => `<!doctype html><html lang="en"><head><title>Pagetitle</title>
<meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="description" content="Metawords">
<style>.open { color: rgb(10, 20, 30) }</style></head><body>${inside}<script src="/app.js"></script></body></html>`;

export const recordedFiles: Readonly<Record<string, string>> = {
  'index.html': page(body),
  'next.html': page(`<h1>Nextpage</h1>${body}`),
  'private/index.html': page(`<h1>Neverpage</h1>${body}`),
  // Else every path would be answered with the first page.
  '404.html': page('<h1>Nothere</h1>'),
  'app.js': script,
};

/** In a page: its elements in order, how they look and where they are scrolled to. What is blocked is its tag alone. */
export function shapeOf() {
  const blocked = 'img, svg, canvas, [data-windlass-block], .private';
  const seen = [...document.body.querySelectorAll<HTMLElement>('*')].filter(
    (each) => !each.matches('script, noscript, style') && !each.parentElement?.closest(blocked),
  );
  return {
    elements: seen.map((each) => ({
      name: each.tagName.toLowerCase(),
      // rrweb shows what the pointer is over by a class of its own.
      about: each.matches(blocked) ? '' : `${each.id} ${each.className.replace(':hover', '')}`.trim(),
      text: each.matches(blocked)
        ? ''
        : [...(each instanceof HTMLTextAreaElement ? [] : each.childNodes)]
            .filter(({ nodeType }) => nodeType === 3)
            .map(({ nodeValue }) => (nodeValue ?? '').replace(/\s+/g, ' ').trim().length)
            .join(),
      checked: each instanceof HTMLInputElement ? each.checked : null,
      colour: getComputedStyle(each).color,
      shadow: each.shadowRoot?.querySelectorAll('*').length ?? null,
    })),
    scrolled: document.scrollingElement?.scrollTop,
  };
}
