/** A promise that the engine broke in a simulation. */
export class SimulationFailure extends Error {
  constructor(
    /** Name of the promise or invariant. */
    readonly promise: string,
    message: string,
  ) {
    super(`${promise}: ${message}`);
    this.name = 'SimulationFailure';
  }
}
