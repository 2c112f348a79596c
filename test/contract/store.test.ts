import { createMemoryStore } from '../../sidecar/stores/memory.ts';
import { storeContract } from './store.suite.ts';

storeContract('memory', async (setting) => createMemoryStore(setting), {
  exactRecency: true,
  histories: 200,
});
