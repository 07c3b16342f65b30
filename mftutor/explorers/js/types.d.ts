// What Python and the script, and the script's modules, agree on.

/** The value of each parameter, by its name. */
export type State = Record<string, number>;

interface Labelled {
  name: string;
  label: string;
  description: string;
  default: number;
}

/** A slider; those of type "log" are spaced by their logarithm, and a grid holds all values. */
export interface Slider extends Labelled {
  type: "range" | "log" | "time";
  min: number;
  max: number;
  step: number;
  integer?: boolean;
  grid?: number[];
}

export interface Menu extends Labelled {
  type: "select";
  options: number[];
}

export type Control = Slider | Menu;

/** The widget's model, or what stands in for it in a page, where it has a name in the address. */
export interface Model {
  inPage?: string;
  get(key: string): any;
  set(key: string, value: number): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  save_changes(): void;
}

/** One picture: a title over SVG markup, and the same in words. */
export interface Panel {
  title: string;
  markup: string;
  alt: string;
}

/** What kinds/*.js export: pure functions; all that is shown derives from what `solve` returns. */
export interface Kind<Result extends { last: number } = any, Data = any> {
  /** Compute everything for a state; `last` is the largest step to be looked at. */
  solve(state: State, data: Data): Result;
  panels(result: Result, t: number): Panel[];
  sentence(result: Result, t: number): string;
  /** Names and values of the numbers beside the pictures. */
  readouts(result: Result, t: number): [string, string | number][];
  /** The columns behind the pictures. */
  table(result: Result): Record<string, ArrayLike<number>>;
  /** The single numbers derived from them. */
  scalars?(result: Result): Record<string, number | null>;
  /** In a word or two how the computation ends; "computed" unless said. */
  verdict?(result: Result): string;
  /** The step that is shown for t, where only some are kept. */
  stepShown?(result: Result, t: number): number;
}

/** Figure 1's starts, from which the kinds that draw runs begin. */
export interface Starts {
  largest_eigenvalue: number;
  third_eigenvalue: number;
  seeds: number;
  tail_rows: number;
  rows: Float64Array;
}

/** How far a run is shown, by its ηλ₁. */
export interface Trust {
  trusted_limit: number;
  untrusted_steps: number;
}
