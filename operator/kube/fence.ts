import type { Dispatcher } from 'undici';

/** Whether this process may write now. */
export interface Fence {
  mayWrite(): boolean;
}

/** A write that was not sent, because another process may lead by now. */
export class Fenced extends Error {
  constructor() {
    super('not the leader: nothing was written');
    this.name = 'Fenced';
  }
}

/**
 * Asks the fence when the request is about to go onto its connection, not when it was made: between the two a queue, a
 * handshake or a stopped process may take any time.
 */
export function fenced(dispatcher: Dispatcher, fence: Fence): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      if (!fence.mayWrite()) throw new Fenced();
      start?.(controller, context);
    };
    return dispatch(options, handler);
  });
}
