/** The page that makes a browser prove itself. Plain HTTP has no `crypto.subtle`, so it brings its own SHA-256 (FIPS 180-4). */

import { pageFrame } from '../page-frame.ts';

/** `task` is `[0-9A-Za-z._-]`; whole HTML, ASCII. */
export function challengePage(task: string, bits: number): string {
  return pageFrame({
    status: 403,
    title: 'One moment, please',
    text: 'This site is making sure that you are a person with a browser. It takes a second and needs JavaScript.',
    script: `var task=${JSON.stringify(task)},bits=${bits};${worker}`,
  });
}

const worker = `
(function(){
var K=[],P=[],n=2,i;
function frac(x){return (x-Math.floor(x))*4294967296|0}
while(K.length<64){for(i=2;i*i<=n&&n%i;i++);if(i*i>n){if(P.length<8)P.push(frac(Math.sqrt(n)));K.push(frac(Math.cbrt(n)))}n++}
function zeros(s){
var l=s.length,w=new Int32Array(((l+8>>6)+1)*16),h=P.slice(),W=new Int32Array(64),i,b;
for(i=0;i<l;i++)w[i>>2]|=s.charCodeAt(i)<<24-i%4*8;
w[l>>2]|=128<<24-l%4*8;w[w.length-1]=l*8;
for(b=0;b<w.length;b+=16){
var v=h.slice();
for(i=0;i<64;i++){
if(i<16)W[i]=w[b+i];
else{var x=W[i-15],y=W[i-2];W[i]=W[i-16]+W[i-7]+((x>>>7|x<<25)^(x>>>18|x<<14)^x>>>3)+((y>>>17|y<<15)^(y>>>19|y<<13)^y>>>10)|0}
var e=v[4],a=v[0],t=v[7]+((e>>>6|e<<26)^(e>>>11|e<<21)^(e>>>25|e<<7))+(e&v[5]^~e&v[6])+K[i]+W[i]|0,
u=((a>>>2|a<<30)^(a>>>13|a<<19)^(a>>>22|a<<10))+(a&v[1]^a&v[2]^v[1]&v[2])|0;
v=[t+u|0,a,v[1],v[2],v[3]+t|0,e,v[5],v[6]]}
for(i=0;i<8;i++)h[i]=h[i]+v[i]|0}
return h[0]?Math.clz32(h[0]):32+Math.clz32(h[1])}
var at=0;
(function go(){
var end=Date.now()+40;
while(Date.now()<end)for(var k=0;k<64;k++,at++)if(zeros(task+':'+at)>=bits){
fetch('/.windlass/challenge',{method:'POST',body:task+':'+at,credentials:'same-origin'}).then(function(r){
if(r.ok)location.reload();else document.querySelector('main>p:last-of-type').textContent='That did not work. Please reload this page.'});
return}
setTimeout(go,0)})();
})();`;
