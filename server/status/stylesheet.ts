/** How a status page looks. */

import { stateColours } from './words.ts';

const states = Object.entries(stateColours);

export const stylesheet = [
  ':root{color-scheme:light;font:16px/1.5 system-ui,sans-serif;color:#1d2126;background:#fff}',
  'body{margin:0}main{max-width:46rem;margin:0 auto;padding:2rem 1rem}',
  'h1{font-size:1.7rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:0}',
  '.state{color:#fff;padding:.8rem 1rem;border-radius:.5rem;margin:1rem 0}',
  'ul{list-style:none;margin:0;padding:0}.components>li,.incidents>li{border:1px solid #d5d9de;border-radius:.5rem;padding:.8rem 1rem;margin:0 0 .6rem}',
  '.incidents p{margin:.2rem 0}.line{display:flex;justify-content:space-between;gap:1rem}.is{font-weight:600}',
  'svg{display:block;width:100%;height:1.9rem;margin:.5rem 0 .2rem}.uptime{margin:0;color:#4a5057;font-size:.9rem}',
  'form{display:flex;flex-wrap:wrap;gap:.5rem}label{flex-basis:100%}',
  'input{flex:1 1 16rem;font:inherit;padding:.45rem .6rem;border:1px solid #6b7178;border-radius:.4rem}',
  'button{font:inherit;padding:.45rem 1rem;border:0;border-radius:.4rem;background:#1d2126;color:#fff}',
  'a{color:#1a5fa8}footer{margin-top:2rem;color:#4a5057;font-size:.9rem}',
  ...states.map(([state, colour]) => `.state.${state}{background:${colour}}.is.${state}{color:${colour}}`),
].join('');
