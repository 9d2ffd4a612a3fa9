import type { Hono } from 'hono';
import type { ConsoleDeps } from '#lib/console/data/deps.ts';
import { ConsoleError } from '#lib/console/layout/errors.tsx';
import { renderPage } from '#lib/console/layout/page.tsx';
import { type ConsoleEnv, getView, type View } from '#lib/console/layout/view.ts';
import { runMessages } from '#lib/console/messages/runs.ts';
import { requireRole } from '#lib/console/session/guard.ts';
import { ApiError } from '#lib/platform/errors.ts';
import { RunProgress, RunsContent } from './page.tsx';
import { RebuildProgress, RebuildsCard } from './rebuilds-card.tsx';

/** Adds the pages of nightly runs and of rebuilds, and the way to start a run. */
export function runsRoutes(app: Hono<ConsoleEnv>, { runs, recounts, published, assets }: ConsoleDeps): void {
  const show = async (view: View, runId?: string): Promise<string> => {
    const [all, live, [job]] = await Promise.all([runs.list(), published.live(), recounts.list()]);
    const shown =
      runId === undefined ? all[0] : (all.find((run) => run.runId === runId) ?? (await runs.get(runId)));
    if (runId !== undefined && shown === undefined) throw new ConsoleError(404, 'notFound');
    return renderPage({
      view,
      assets,
      navItem: 'settings',
      title: runMessages[view.lang].title,
      published: live,
      children: (
        <>
          <RunsContent view={view} runs={all} shown={shown} />
          <RebuildsCard viewContext={view} job={job} />
        </>
      ),
    });
  };

  app.get('/console/runs', async (c) => c.html(await show(getView(c))));

  app.get('/console/runs/:file{.+\\.json}', async (c) => {
    const run = await runs.get(c.req.param('file').replace(/\.json$/, ''));
    if (run === undefined) throw new ConsoleError(404, 'notFound');
    return c.json({
      goesOn: run.state === 'running',
      html: String(<RunProgress viewContext={c.get('viewContext')} run={run} />),
    });
  });

  app.get('/console/rebuilds/:file{.+\\.json}', async (c) => {
    const job = await recounts.get(c.req.param('file').replace(/\.json$/, ''));
    if (job === undefined) throw new ConsoleError(404, 'notFound');
    return c.json({
      goesOn: job.state === 'running',
      html: String(<RebuildProgress viewContext={c.get('viewContext')} job={job} />),
    });
  });

  app.get('/console/runs/:runId', async (c) => c.html(await show(getView(c), c.req.param('runId'))));

  app.post('/console/runs', requireRole('operator'), async (c) => {
    try {
      const { runId } = await runs.start({ by: c.get('session').caller.id });
      return c.redirect(`/console/runs/${encodeURIComponent(runId)}`, 303);
    } catch (error) {
      // Whoever was first has started what this one wants.
      if (error instanceof ApiError && error.code === 'run_in_progress')
        return c.redirect('/console/runs', 303);
      throw error;
    }
  });
}
