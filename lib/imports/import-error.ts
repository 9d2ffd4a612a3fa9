export type ImportRefusalCode =
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
export class ImportRefused extends Error {
  readonly code: ImportRefusalCode;

  constructor(code: ImportRefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ImportRefused';
    this.code = code;
  }
}
