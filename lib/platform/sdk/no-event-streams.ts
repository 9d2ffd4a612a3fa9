// Stands in for the SDK's event streams when a function is bundled (`infra/bundling/bundle-stubs.ts`): no operation that is
// called here has one.

export const eventStreamSerdeProvider = () => undefined;

/** Leaves the client's configuration as it is. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

export class EventStreamSerde {
  constructor() {
    throw new Error(
      'A function that needs event streams must be bundled with them: infra/bundling/bundle-stubs.ts',
    );
  }
}
