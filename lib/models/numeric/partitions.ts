/** Tables partition by partition, always in the same order; may be read several times. */
export type Partitions<T> = () => AsyncIterable<T>;
