/** Where the gateway listens. Injected by the token {@link NATIVE_GATEWAY_OPTIONS}. */
export interface NativeGatewayOptions {
  /** Address to bind, e.g. `0.0.0.0` or `127.0.0.1`. */
  host: string;
  /** TCP port; 0 takes a free one. */
  port: number;
}

/** Nest injection token of {@link NativeGatewayOptions}. */
export const NATIVE_GATEWAY_OPTIONS = Symbol('NATIVE_GATEWAY_OPTIONS');
