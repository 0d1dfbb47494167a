export { HttpGatewayModule } from './http-gateway.module.js';
