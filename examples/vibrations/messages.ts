/** What travels between the stages. */

export interface Second {
  readonly second: number;
  readonly rows: number;
  /** Acceleration, as 64-bit floats, the least byte first: numpy uses them as they are. */
  readonly samples: Uint8Array;
}

export interface Finding {
  readonly second: number;
  readonly rows: number;
  /** Which frequencies are loud, the loudest first. */
  readonly hertz: readonly number[];
  /** The root of the mean square, without the outliers. */
  readonly strength: number;
  readonly outliers: number;
}

export interface Report {
  readonly rows: number;
  readonly outliers: number;
  readonly heard: readonly Sound[];
}

export interface Sound {
  readonly hertz: number;
  /** In which second it was loud for the first time. */
  readonly since: number;
}
