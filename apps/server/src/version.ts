import { readFileSync } from 'node:fs';
import { PACKAGE_PATH } from './paths.js';

/** Name and version of the product, from the root package.json. */
export const PRODUCT = JSON.parse(readFileSync(PACKAGE_PATH, 'utf8')) as {
  name: string;
  version: string;
};
