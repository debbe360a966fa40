/** What a page may choose. */

export interface Options {
  /** Where it reports to. Default `/.windlass/event` of the page's own host. */
  endpoint?: string;
  /** The part behind # belongs to the path: for apps that route by it. Default false. */
  hash?: boolean;
  /** Count views by itself. Default true. */
  auto?: boolean;
  /** Clicks on links to other hosts, as `Outbound Link: Click`. Default true. */
  outbound?: boolean;
  /** Clicks on links to files, as `File Download`. Default true. */
  downloads?: boolean;
  /** Forms that are sent, as `Form: Submission`. Default true. */
  forms?: boolean;
  /** Pages that were answered with 404, as `404`. Default true. */
  notFound?: boolean;
  /** How fast pages are. Default true. */
  vitals?: boolean;
  /** Which release made the page. Default the one that serves now. */
  release?: number;
}

export interface EventOptions {
  /** At most 30; texts of at most 2000 characters. */
  props?: Readonly<Record<string, string | number | boolean>>;
  /** `currency` as ISO 4217 has it: `EUR`. */
  revenue?: { amount: number | string; currency: string };
  /** False: a visit with one page and this event is still a bounce. */
  interactive?: boolean;
}
