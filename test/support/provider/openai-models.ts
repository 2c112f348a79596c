import type { Api } from './api.ts';
import { error, json, objection } from './openai-shared.ts';

/** A name as asked for, and the dated name that answers. */
export const snapshots: ReadonlyMap<string, string> = new Map([
  ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  ['gpt-4o', 'gpt-4o-2024-08-06'],
  ['gpt-4.1', 'gpt-4.1-2025-04-14'],
  ['gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'],
  ['gpt-3.5-turbo-instruct', 'gpt-3.5-turbo-instruct:20230824-v2'],
  ['text-embedding-3-small', 'text-embedding-3-small'],
]);

const model = (id: string) => ({ id, object: 'model', created: 1_715_367_049, owned_by: 'system' });

export const openaiModels: Api = {
  name: 'models',
  answers: (method, path) => (method === 'GET' || method === 'HEAD') && /^\/v1\/models(\/[^/]+)?$/.test(path),
  answer(request, behaviour) {
    const refused = objection(request, behaviour);
    if (refused) return refused;
    const id = request.path.split('/')[3];
    if (id === undefined)
      return json(request, 200, { object: 'list', data: [...snapshots.keys()].map(model) });
    if (snapshots.has(id)) return json(request, 200, model(id));
    return error(request, 404, {
      message: `The model '${id}' does not exist`,
      param: 'model',
      code: 'model_not_found',
    });
  },
};
