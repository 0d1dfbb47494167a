import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import {
  createQueryClient,
  LiveClient,
  LiveProvider,
  Me,
  operationName,
} from '@heddle/studio-data';
import { UiProvider } from '@heddle/ui';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './router.js';
import './studio.css';

const queryClient = createQueryClient((client) => {
  void client.invalidateQueries({ queryKey: [operationName(Me)] });
});
const live = new LiveClient();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <UiProvider>
      <QueryClientProvider client={queryClient}>
        <LiveProvider value={live}>
          <ModalsProvider>
            <Notifications position="bottom-right" limit={4} />
            <RouterProvider router={router} />
          </ModalsProvider>
        </LiveProvider>
      </QueryClientProvider>
    </UiProvider>
  </StrictMode>,
);
