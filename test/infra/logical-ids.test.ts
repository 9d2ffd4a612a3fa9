import { describe, expect, test } from 'vitest';
import { synthesize } from '#test/infra/synthesize.ts';

/**
 * To CloudFormation a resource is its logical id. Another id is another resource: it makes a new and empty one, and the
 * one before is deleted, or in prod left behind with all that it holds. Ids are made of the constructs' ids and places,
 * so moving or renaming a construct changes them. Whoever must do that keeps the id with `overrideLogicalId`.
 */
const LASTING: Readonly<Record<string, readonly string[]>> = {
  // the event log, what is known of members, and keys, imports and runs
  'AWS::DynamoDB::Table': [
    'StorageControl30152705',
    'StorageEvents1AF1C090',
    'StorageMembersC303E722',
    'StorageRewards4387E12E',
  ],
  // reports, models, scores; files to import
  'AWS::S3::Bucket': ['StorageData6BB23F4E', 'StorageImports7FFDF8D1'],
  // a new one is another owner key, and signs everybody out
  'AWS::SecretsManager::Secret': ['OwnerKey3271C67A'],
  // messages that wait go with their queue
  'AWS::SQS::Queue': ['CountingFailures249B66FA', 'Failures8A3E1A2F', 'ImportsQueue807CB1E9'],
  // its name is fixed, so a second one could not even be made; the history of runs and recounts goes with it
  'AWS::StepFunctions::StateMachine': ['NightMachineF774AA0E', 'RecountMachineEEE7653C'],
  // a new one has another address, and the apps know only the old
  'AWS::ApiGatewayV2::Api': ['HttpApi4E1D4184'],
};

describe.each(['prod', 'dev'])('in %s', (stage) => {
  const { all } = synthesize({ stage });

  test.each(Object.entries(LASTING))(
    'the logical ids of %s stay, as another id is a new and empty one',
    (type, ids) => {
      expect(
        all(type)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(ids);
    },
  );
});
