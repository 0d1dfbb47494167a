import { defineConfig } from 'vitest/config';

/** Pure specs (`*.spec.ts(x)`) and database specs (`*.db.spec.ts`) are two projects: only the second needs PostgreSQL. */
const shared = {
  resolve: { conditions: ['heddle-source'] },
  ssr: { resolve: { conditions: ['heddle-source'] } },
};
const ignored = ['**/node_modules/**', '**/dist/**', 'apps/*-e2e/**'];

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'pure',
          include: ['{apps,libs,tools}/**/*.spec.{ts,tsx}'],
          exclude: [...ignored, '**/*.db.spec.ts'],
        },
      },
      {
        ...shared,
        test: {
          name: 'database',
          include: ['{apps,libs,tools}/**/*.db.spec.ts'],
          exclude: ignored,
          globalSetup: ['libs/testing/src/database-setup.ts'],
        },
      },
    ],
  },
});
