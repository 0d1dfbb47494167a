export { AccessModule } from './access.module.js';
export { AccessService, CSRF_HEADER, SESSION_COOKIE } from './access.service.js';
export { ACCESS_RULE, Allow, From, type RequestContext } from './allow.js';
export { Caller, ForbiddenError, UnauthenticatedError, type Identity } from './caller.js';
export { MembersService, PUBLIC_URL } from './members.service.js';
export { PRODUCT_VERSION } from './access.resolver.js';
export { PERMISSIONS, OPEN_RULES, type AccessRule, type Permission } from './permissions.js';
export { newSecret } from './secrets.js';
export * from './worker-token.js';
