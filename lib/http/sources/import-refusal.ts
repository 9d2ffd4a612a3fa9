import { ImportError } from '#lib/imports/import-error.ts';
import { ApiError } from '#lib/platform/errors.ts';

/** Does what may find a file or a mapping wrong. @throws ApiError 400 with the code and the words of the ImportRefused */
export function orBadRequest<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImportError) throw new ApiError(400, error.code, error.message, { cause: error });
    throw error;
  }
}
