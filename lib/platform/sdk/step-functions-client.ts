// Named, so that a bundle holds these commands and not all of the client, though the client is loaded on demand.
export { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
