import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  CreateMessageResultSchema,
  ListToolsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** An MCP server whose results say how many calls it has seen, so that a test knows which of them reached it. */
const server = new Server(
  { name: 'counting', version: '1.0.0' },
  { capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true } } },
);
const readOnly = { readOnlyHint: true };
const tools = [
  { name: 'read', annotations: readOnly },
  { name: 'read-slowly', annotations: readOnly },
  { name: 'ask', annotations: readOnly },
  { name: 'fail', annotations: readOnly },
  { name: 'throw', annotations: readOnly },
  { name: 'announce', annotations: readOnly },
  { name: 'write', annotations: { readOnlyHint: false } },
  { name: 'unknown' },
].map((tool) => ({ ...tool, inputSchema: { type: 'object' as const } }));
let calls = 0;

// In two pages, as long lists come.
server.setRequestHandler(ListToolsRequestSchema, async ({ params }) =>
  params?.cursor === undefined ? { tools: tools.slice(0, 3), nextCursor: 'more' } : { tools: tools.slice(3) },
);
server.setRequestHandler(
  CallToolRequestSchema,
  async ({ params }, { sendRequest, sendNotification, signal }) => {
    const call = ++calls;
    const result = { content: [{ type: 'text', text: String(call) }], structuredContent: { call } };
    switch (params.name) {
      case 'read-slowly':
        await new Promise<void>((resolve, reject) => {
          setTimeout(resolve, 1_000);
          signal.addEventListener('abort', () => reject(signal.reason));
        });
        return result;
      case 'ask': {
        const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'Well?' } }];
        const asked = { method: 'sampling/createMessage' as const, params: { messages, maxTokens: 10 } };
        const { content } = await sendRequest(asked, CreateMessageResultSchema);
        return { content: [content, { type: 'text', text: String(call) }] };
      }
      case 'fail':
        return { ...result, isError: true };
      case 'throw':
        throw new Error(`no call ${call}`);
      case 'announce':
        await sendNotification({ method: 'notifications/resources/updated', params: { uri: 'test://a' } });
        return result;
      default:
        return result;
    }
  },
);
await server.connect(new StdioServerTransport());
