/** The data folder: its layout, its permissions, and the lock that keeps a second server out. */

export interface DataPaths {
  readonly root: string;
  readonly controlDb: string;
  readonly masterKey: string;
  readonly lock: string;
  readonly telemetry: string;
  /** Received tars, one file an upload. */
  readonly uploads: string;
  /** Content-addressed release folders, one a digest. */
  readonly artefacts: string;
  /** Scratch folder of each running build; emptied at start. */
  readonly builds: string;
  /** Package caches, one folder an app. */
  readonly cache: string;
  readonly logs: string;
  readonly volumes: string;
  /** What only means something while instances run: raw output files, shims. */
  readonly run: string;
}

export interface DataDir {
  readonly paths: DataPaths;
  /** Gives the lock back. */
  close(): void;
}
