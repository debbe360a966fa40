/** Schema changes of control.db: forward only, each applied once, all of a start in one transaction. */

export interface Migration {
  /** `<feature>-<nnn>-<what>`, e.g. `proxy-001-routes`. Never changed once released. */
  readonly id: string;
  readonly sql: string;
}
