/** DynamoDB's typed attribute; the one type of the SDK that pure files may name. */
export type { AttributeValue } from '@aws-sdk/client-dynamodb';
