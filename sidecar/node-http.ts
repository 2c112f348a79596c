/**
 * Node's HTTP without what nobody here uses: an `import` of the module reads everything that it has, and so loads node's own
 * fetch and WebSocket into every process.
 */
export const { createServer, METHODS, request } = process.getBuiltinModule('node:http');
