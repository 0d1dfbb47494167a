export { AddressGuard, AddressRefusedError } from './address-guard.js';
export { callHttp, parseHttpInput, type HttpInput, type HttpOutcome } from './http-call.js';
