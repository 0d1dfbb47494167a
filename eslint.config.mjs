import nx from '@nx/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const TEST_FILES = ['**/*.spec.{ts,tsx}', '**/*.fixture.ts', '**/*.e2e.ts', 'apps/*-e2e/**/*.ts'];
/** Decide, and do nothing: no I/O, no clock, no dice. `nodes` may act in its server folders only. */
const PURE_FILES = ['kernel', 'graph', 'expression', 'engine', 'protocol'].map(
  (lib) => `libs/${lib}/src/**/*.ts`,
);
const PURE_PACKAGES = ['@heddle/', '@marcbachmann/cel-js', 're2js', 'ajv'];

const only = (sourceTag, ...tags) => ({ sourceTag, onlyDependOnLibsWithTags: tags });
const SCOPES = [
  only('scope:shared', 'scope:shared'),
  {
    ...only('scope:browser', 'scope:browser', 'scope:shared'),
    bannedExternalImports: ['@nestjs/*', 'pg', 'typeorm', '@grpc/*'],
  },
  {
    ...only('scope:server', 'scope:server', 'scope:shared'),
    bannedExternalImports: ['react', 'react-dom', '@xyflow/*', '@mantine/*'],
  },
  {
    ...only('scope:worker', 'scope:worker', 'scope:shared'),
    bannedExternalImports: ['@nestjs/*', 'pg', 'typeorm', 'react'],
  },
  // What runs on a developer's machine around the product: command line, seed, benchmarks, end-to-end tests.
  only('scope:tool', 'scope:tool', 'scope:server', 'scope:worker', 'scope:shared'),
];
const TYPES = [
  only('type:pure', 'type:pure'),
  only('type:store', 'type:pure'),
  {
    ...only('type:feature', 'type:feature', 'type:store', 'type:pure'),
    bannedExternalImports: ['typeorm', '@nestjs/typeorm'],
  },
  only('type:sdk', 'type:sdk', 'type:pure'),
  only('type:ui', 'type:ui', 'type:feature', 'type:pure'),
  only('type:testing', 'type:testing', 'type:feature', 'type:store', 'type:sdk', 'type:pure'),
  only('type:app', 'type:feature', 'type:store', 'type:ui', 'type:sdk', 'type:pure'),
  // Programs that drive whole clusters of the product.
  only('type:harness', 'type:testing', 'type:feature', 'type:store', 'type:sdk', 'type:pure'),
];

/** `libs/testing` stands on these, and their specs stand on it. */
const TESTED_BY_TESTING = ['store', 'launcher'].map((lib) => [`@heddle/${lib}`, '@heddle/testing']);

const boundaries = (depConstraints, ignoredCircularDependencies = []) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      enforceBuildableLibDependency: false,
      banTransitiveDependencies: true,
      allow: [],
      ignoredCircularDependencies,
      depConstraints,
    },
  ],
});

const TOO_MANY_PARAMETERS =
  'A function has at most four parameters; beyond that, one options object.';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/dist/**',
      '**/.types/**',
      '**/generated/**',
      '.nx/**',
      '.heddle/**',
      'coverage/**',
      'test-results/**',
      'playwright-report/**',
      'bench-results/**',
    ],
  },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { '@nx': nx },
    rules: {
      ...boundaries([...SCOPES, ...TYPES]),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      eqeqeq: ['error', 'always'],
      'max-lines': ['error', 500],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 4],
      'no-restricted-syntax': [
        'error',
        { selector: 'FunctionDeclaration[params.length>4]', message: TOO_MANY_PARAMETERS },
        { selector: 'ArrowFunctionExpression[params.length>4]', message: TOO_MANY_PARAMETERS },
        {
          selector: 'MethodDefinition[kind!="constructor"] > FunctionExpression[params.length>4]',
          message: TOO_MANY_PARAMETERS,
        },
        {
          selector: 'MethodDefinition[kind="constructor"] > FunctionExpression[params.length>6]',
          message: 'A class has at most six dependencies: split it.',
        },
      ],
    },
  },
  {
    files: ['**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-lines-per-function': ['error', { max: 150, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: [...PURE_FILES, 'libs/nodes/src/**/*.ts'],
    ignores: [...TEST_FILES, 'libs/nodes/src/*/server/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(?!\\.|${PURE_PACKAGES.join('|')})`,
              message: 'A pure library imports only other pure libraries: no I/O, nothing of Node.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'crypto',
          'performance',
          'fetch',
          'console',
          'Buffer',
          'window',
          'document',
        ],
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time comes in with the event.' },
        { object: 'Math', property: 'random', message: 'Randomness comes in with the event.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Time comes in with the event.',
        },
        { selector: 'FunctionDeclaration[params.length>4]', message: TOO_MANY_PARAMETERS },
        { selector: 'ArrowFunctionExpression[params.length>4]', message: TOO_MANY_PARAMETERS },
      ],
    },
  },
  {
    // Specs may use what tests are made of, and whatever the thing under test talks to; a suite is longer than a function.
    files: TEST_FILES,
    rules: {
      ...boundaries(
        [
          only('scope:shared', 'scope:shared'),
          only('scope:browser', 'scope:browser', 'scope:shared'),
          only('scope:server', 'scope:server', 'scope:worker', 'scope:shared'),
          only('scope:worker', 'scope:worker', 'scope:shared'),
          only('scope:tool', 'scope:tool', 'scope:server', 'scope:worker', 'scope:shared'),
        ],
        TESTED_BY_TESTING,
      ),
      'max-lines-per-function': 'off',
      'no-restricted-syntax': 'off',
    },
  },
  {
    // Examples are read as a user would write them, outside of this repository.
    files: ['libs/*/examples/**'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    // Other products to be compared with: a folder with a lock file of its own, installed only when it is asked for.
    files: ['tools/bench/peers/**'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
);
