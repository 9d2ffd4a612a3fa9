/** Objects of one bucket, by key. All methods throw StoreError when the store fails. */
export interface ObjectStore {
  /** undefined when there is no such object; 'unchanged' when its etag still is the one given */
  get(key: string, etag: string): Promise<StoredObject | 'unchanged' | undefined>;
  get(key: string): Promise<StoredObject | undefined>;
  put(key: string, body: Uint8Array | string, contentType?: string): Promise<void>;
}

export interface StoredObject {
  body: Uint8Array;
  etag: string;
}
