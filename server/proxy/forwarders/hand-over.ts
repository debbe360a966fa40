/** Where the requests of clients go that a process may not answer itself. Null in the main process, which may all. */

import type { RequestHead } from '../http1/request-head.ts';
import type { Tunnel, Visitor } from '../visitor.ts';

export interface HandOver {
  wants(head: RequestHead, scheme: 'http' | 'https'): boolean;
  /** The client's bytes go there from now on, from the head of this request on. */
  open(visitor: Visitor, scheme: 'http' | 'https', localAddress: string): Tunnel;
}
