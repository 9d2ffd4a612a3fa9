import type * as z from 'zod';

/**
 * A schema that is built when it is first asked for. A function that starts needs few of all the schemas there are, and
 * building one costs more than checking with it; the answers of the API, for one, are read by its document alone.
 */
export function lazySchema<S>(build: () => S): () => S {
  let schema: S | undefined;
  return () => {
    schema ??= build();
    return schema;
  };
}

/** The type of what a lazy schema describes. */
export type InferLazy<L extends () => z.core.$ZodType> = z.infer<ReturnType<L>>;
