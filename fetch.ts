import { fetchModel } from './sidecar/models/index.ts';
import { ensureRedisStack } from './sidecar/redis-stack/index.ts';
import { fetchKubernetes } from './test/support/kubernetes/fetch.ts';

/** `npm run fetch`: brings parts into the cache folder, by pinned version and sha256; without a name, the model. */
const parts: Record<string, () => Promise<Record<string, string>>> = {
  async model() {
    const { modelPath, tokenizerPath } = await fetchModel({
      name: 'all-MiniLM-L6-v2',
      env: process.env,
      out: process.stdout,
    });
    return { model: modelPath, tokenizer: tokenizerPath };
  },
  async redis() {
    const { server, modules } = await ensureRedisStack({ env: process.env, log: console.log });
    return { redis: server, ...Object.fromEntries(modules.map((path, at) => [`module ${at + 1}`, path])) };
  },
  kubernetes: () => fetchKubernetes({ out: process.stdout }),
};

const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : ['model']) {
  const part = parts[name];
  if (part === undefined) {
    process.stderr.write(`fetch: expected ${Object.keys(parts).join(', ')}, got ${name}\n`);
    process.exit(2);
  }
  try {
    for (const [what, path] of Object.entries(await part()))
      process.stdout.write(`${what.padEnd(10)} ${path}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}
