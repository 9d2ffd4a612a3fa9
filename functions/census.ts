import { takeCensus } from '#lib/members/census-table.ts';
import { countingRulesFrom } from '#lib/members/counting-env.ts';
import { dynamoDb } from '#lib/platform/dynamodb.ts';
import { required } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';

const client = dynamoDb(process.env);
const { calendar } = countingRulesFrom(process.env);
const tables = {
  members: required(process.env, 'MEMBERS_TABLE'),
  control: required(process.env, 'CONTROL_TABLE'),
};

export async function handler(): Promise<{ members: number }> {
  const members = await takeCensus(client, tables, calendar.dateAt(Date.now()));
  log('info', 'census taken', { members });
  return { members };
}
