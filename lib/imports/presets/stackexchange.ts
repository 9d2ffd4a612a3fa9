const at = { column: 'CreationDate', format: 'iso', zone: 'UTC' };

/**
 * A Stack Exchange dump: `Posts.xml` and `Comments.xml`, plain or gzipped. Questions, answers and comments become
 * events of their authors; other kinds of posts and rows without an author (deleted accounts) are dropped.
 *
 * Whose question was answered stands in another row, so answers have no `targetUserId` and make no ties; who
 * accepted an answer when is not in the dump at all.
 */
export const stackexchange = {
  description: 'Stack Exchange data dump: Posts.xml, Comments.xml',
  format: 'xml-rows',
  when: [
    { column: 'PostTypeId', in: ['1'] },
    { column: 'OwnerUserId', empty: false },
  ],
  userId: { column: 'OwnerUserId', prefix: 'se-' },
  time: at,
  event: 'Question Asked',
  messageId: { column: 'Id', prefix: 'post-' },
  properties: {
    title: { column: 'Title', optional: true },
    score: { column: 'Score', type: 'integer', optional: true },
    views: { column: 'ViewCount', type: 'integer', optional: true },
  },
  also: [
    {
      when: [
        { column: 'PostTypeId', in: ['2'] },
        { column: 'OwnerUserId', empty: false },
      ],
      event: 'Answer Posted',
      messageId: { column: 'Id', prefix: 'post-' },
      properties: {
        questionId: { column: 'ParentId', prefix: 'post-', optional: true },
        score: { column: 'Score', type: 'integer', optional: true },
      },
    },
    {
      when: [
        { column: 'PostTypeId', empty: true },
        { column: 'PostId', empty: false },
        { column: 'Text', empty: false },
        { column: 'UserId', empty: false },
      ],
      userId: { column: 'UserId', prefix: 'se-' },
      event: 'Comment Created',
      messageId: { column: 'Id', prefix: 'comment-' },
      properties: {
        postId: { column: 'PostId', prefix: 'post-', optional: true },
        score: { column: 'Score', type: 'integer', optional: true },
      },
    },
  ],
};
