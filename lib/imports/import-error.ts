export type ImportErrorCode =
  | 'file_empty'
  | 'gzip_broken'
  | 'encoding_unknown'
  | 'not_text'
  | 'json_not_lines'
  | 'mapping_needed'
  | 'mapping_invalid'
  | 'mapping_unknown'
  | 'columns_missing';

/** Why a file as a whole cannot be imported. The message says what to do about it. */
export class ImportError extends Error {
  readonly code: ImportErrorCode;

  constructor(code: ImportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImportError';
    this.code = code;
  }
}
