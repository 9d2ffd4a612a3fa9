import { ChartCard } from '#lib/console/charts/chart-card.tsx';
import type { Published } from '#lib/console/data/deps.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import { insufficientDataMessages } from '#lib/console/layout/messages.ts';
import { InsufficientData } from '#lib/console/layout/no-data.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { addDays } from '#lib/events/calendar.ts';
import { CATALOGUE } from '#lib/features/catalogue.ts';
import type { FittedModel, ModelByKind } from '#lib/models/registry/models.ts';
import { HistoryCard, InfluenceCard } from './cards.tsx';
import { calibrationChart, coefficientsChart, riskChart } from './charts.ts';

import { valueMessages } from './messages.ts';

const WEAK_R2 = 0.1;

interface ValueProps {
  view: View;
  published: Published;
  value: ModelByKind['value'] | undefined;
  lifecycle: ModelByKind['lifecycle'] | undefined;
  influence: ModelByKind['influence'] | undefined;
}

/** What members are worth, who may leave, who moves others: each with how sure the model is. */
export function ValueContent({ view, published, value, lifecycle, influence }: ValueProps) {
  const messages = valueMessages[view.lang];
  const version = published.current.publishedAt;
  return (
    <>
      {value === undefined ? (
        <p class="card empty">{insufficientDataMessages[view.lang].none}</p>
      ) : value.status === 'insufficient' ? (
        <InsufficientData view={view} needs={value.needs} report={published.report} />
      ) : (
        <Worth view={view} model={value} version={version} />
      )}
      {lifecycle === undefined ? null : (
        <>
          <h2>{messages.churn}</h2>
          {lifecycle.status === 'insufficient' ? (
            <InsufficientData view={view} needs={lifecycle.needs} report={published.report} />
          ) : (
            <Risk view={view} model={lifecycle} version={version} />
          )}
        </>
      )}
      {influence === undefined ? null : influence.status === 'insufficient' ? (
        <>
          <h2>{messages.influence}</h2>
          <InsufficientData view={view} needs={influence.needs} report={published.report} />
        </>
      ) : (
        <InfluenceCard view={view} model={influence} />
      )}
      <HistoryCard view={view} published={published} />
    </>
  );
}

function Worth({ view, model, version }: { view: View; model: FittedModel<'value'>; version: string }) {
  const messages = valueMessages[view.lang];
  const { format } = view;
  const { card } = model;
  const better = card.baseline.mae > 0 ? 1 - card.mae / card.baseline.mae : 0;
  const r2 = format.share(Math.max(0, card.r2));
  const facts: [string, string][] = [
    [messages.facts.version, model.version],
    [messages.facts.asOf, addDays(model.asOf, -1)],
    [messages.facts.trained, format.count(model.members)],
    [messages.facts.heldOut, format.count(card.heldOut)],
    [messages.facts.payers, format.count(card.payers)],
    [messages.facts.history, messages.days(format.count(card.historyDays))],
    [messages.facts.r2, format.decimal(card.r2)],
    [messages.facts.mae, format.money(card.mae)],
    [messages.facts.baseline, `R² ${format.decimal(card.baseline.r2)} · ${format.money(card.baseline.mae)}`],
  ];
  return (
    <>
      <p class="headline">
        {card.r2 < WEAK_R2 ? messages.weak(r2) : messages.lead(r2, format.share(better))}
      </p>
      <ChartCard view={view} chart={coefficientsChart(model, view)} version={version} share="full">
        <p class="caption">{messages.interceptPayment(format.money(model.coefficients[0]?.estimate))}</p>
      </ChartCard>
      <div class="charts">
        <ChartCard view={view} chart={calibrationChart(model, view)} version={version} />
        <section class="card" aria-labelledby="card">
          <h2 id="card">{messages.card}</h2>
          <dl class="facts">
            {facts.map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ))}
            {model.dropped.length === 0 ? null : (
              <>
                <dt>{messages.dropped}</dt>
                <dd>
                  {model.dropped
                    .map(
                      ({ feature, why }) =>
                        `${CATALOGUE[feature].label[view.lang]} (${messages.droppedWhy[why]})`,
                    )
                    .join(view.lang === 'zh' ? '、' : ', ')}
                </dd>
              </>
            )}
          </dl>
        </section>
      </div>
    </>
  );
}

function Risk({ view, model, version }: { view: View; model: FittedModel<'lifecycle'>; version: string }) {
  const messages = valueMessages[view.lang];
  const { format } = view;
  const { card } = model;
  return (
    <div class="charts">
      <ChartCard view={view} chart={riskChart(model, view)} version={version} />
      <section class="card" aria-labelledby="risk-card">
        <h3 id="risk-card">{messages.card}</h3>
        <p>{messages.churnLead(format.share(card.auc), format.share(card.ruleAuc))}</p>
        <Scroll label={messages.candidate}>
          <table>
            <thead>
              <tr>
                <th scope="col">{messages.candidate}</th>
                <th scope="col">{messages.auc}</th>
                <th scope="col">{messages.logLoss}</th>
              </tr>
            </thead>
            <tbody>
              {card.candidates.map(({ kind, auc, logLoss }) => (
                <tr>
                  <th scope="row">{messages.candidates[kind]}</th>
                  <td>{format.decimal(auc, 3)}</td>
                  <td>{format.decimal(logLoss, 3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <dl class="facts">
          <dt>{messages.facts.version}</dt>
          <dd>{model.version}</dd>
          <dt>{messages.facts.heldOut}</dt>
          <dd>{format.count(card.heldOut)}</dd>
        </dl>
      </section>
    </div>
  );
}
