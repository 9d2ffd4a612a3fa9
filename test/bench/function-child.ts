/** One step of a nightly run in a process of its own: the handler of the function named, with the task given. */
const [name, task] = process.argv.slice(2);
const { handler } = (await import(`../../functions/${name}.ts`)) as {
  handler: (task: unknown) => Promise<unknown>;
};
const begun = performance.now();
const answer = await handler(JSON.parse(task!));
const ms = performance.now() - begun;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ ms, peakMb, answer })}\n`);
