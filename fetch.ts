import { fetchModel } from './sidecar/models/index.ts';

/** `npm run fetch`: brings the embedding model into the cache folder, by pinned version and sha256. */
const { modelPath, tokenizerPath } = await fetchModel({
  name: 'all-MiniLM-L6-v2',
  env: process.env,
  out: process.stdout,
}).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
process.stdout.write(`model      ${modelPath}\ntokenizer  ${tokenizerPath}\n`);
