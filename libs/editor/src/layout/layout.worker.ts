import { layoutGraph, type LayoutInput } from './layout.js';

addEventListener('message', (event: MessageEvent<LayoutInput>) => {
  postMessage(layoutGraph(event.data));
});
