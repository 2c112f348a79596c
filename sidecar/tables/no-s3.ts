/** Stands in the bundle for a client that nobody here calls (`build.ts`). */
export {};
