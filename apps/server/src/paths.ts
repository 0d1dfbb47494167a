import { fileURLToPath } from 'node:url';

/** The GraphQL schema at the root of the repository: the contract that server and Studio are built against. */
export const SCHEMA_PATH = fileURLToPath(new URL('../../../schema.graphql', import.meta.url));
/** The built Studio. */
export const STUDIO_PATH = fileURLToPath(new URL('../../studio/dist', import.meta.url));
/** package.json of the product. */
export const PACKAGE_PATH = fileURLToPath(new URL('../../../package.json', import.meta.url));
