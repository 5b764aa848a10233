// The npm packages of these tests, from the folder they were installed into (env CLOUDVNO_NPM).
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const packages = createRequire(join(process.env.CLOUDVNO_NPM, 'package.json'));
