import { engineBinary } from '#infra/local/engines/engine-package.ts';

/** Installs the DynamoDB engine before all tests, where `npm ci` has not brought it. Without one, a sentence is all there is. */
export default async function setup(): Promise<void> {
  if (process.env['DYNAMODB_ENDPOINT']) return;
  await engineBinary().catch((error: Error) => {
    console.error(`\n${error.message}\n`);
    process.exit(1);
  });
}
