import type { FastifySchemaCompiler, FastifyServerOptions } from 'fastify';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';

/** That a further field has no schema is said of the object that has it. */
const compile: FastifySchemaCompiler<TSchema> =
  ({ schema }) =>
  (value) =>
    Value.Check(schema, value)
      ? { value }
      : { error: Value.Errors(schema, value).filter(({ keyword }) => keyword !== 'boolean') };

/**
 * Fastify checks what is sent by TypeBox, which reads the configuration anyway: its own Ajv took 2 MiB in every pod.
 * A misspelt condition is not dropped: what is left could remove more than was meant. Nor is a value read as one of another
 * type: null would be an empty tag, or a call that failed.
 */
export const schemaController: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: {
    // Declared for Ajv's own kind of compiler; Fastify takes any that answers so.
    buildValidator: () => compile as never,
    // Answers have no schemas.
    buildSerializer: () => () => JSON.stringify,
  },
};
