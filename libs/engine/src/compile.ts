export interface CompiledGraph {
  readonly todo: true;
}
