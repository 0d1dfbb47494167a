import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

const SERVER = process.env['HEDDLE_SERVER'] ?? 'http://localhost:8420';

/** Workspace packages resolve to their sources, so one build compiles everything that the page runs. */
export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['heddle-source', ...defaultClientConditions] },
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    // Studio, and GraphiQL as a page of its own under /graphql.
    rolldownOptions: { input: ['index.html', 'graphiql.html'] },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/graphql': SERVER, '/live': { target: SERVER, ws: true } },
  },
});
