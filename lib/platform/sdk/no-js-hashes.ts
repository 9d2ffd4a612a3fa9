// Stands in for the SDK's hashes in plain JavaScript when a function is bundled (`infra/bundling/bundle-stubs.ts`): Node has
// them built in.

export class Sha1Js {}
export class Sha256Js {}
