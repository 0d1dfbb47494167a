export { NativeGateway } from './native-gateway.service.js';
export { NativeGatewayModule } from './native-gateway.module.js';
export { NATIVE_GATEWAY_OPTIONS, type NativeGatewayOptions } from './native-gateway.options.js';
