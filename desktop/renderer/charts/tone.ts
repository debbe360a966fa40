/** The colours a chart draws in; each a token, so that light and dark follow by themselves. */
export type Tone = 'sea' | 'rope' | 'good' | 'warn' | 'bad' | 'soft';
