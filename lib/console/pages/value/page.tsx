import { FigureCard } from '#lib/console/charts/chart-card.tsx';
import type { Published } from '#lib/console/data/deps.ts';
import { Scroll } from '#lib/console/layout/components.tsx';
import { needsWords } from '#lib/console/layout/needs-messages.ts';
import { Needs } from '#lib/console/layout/no-data.tsx';
import type { View } from '#lib/console/layout/view.ts';
import { featureWords } from '#lib/console/messages/feature-names.ts';
import { addDays } from '#lib/events/calendar.ts';
import type { FittedModel, ModelByKind } from '#lib/models/model-files.ts';
import { HistoryCard } from './cards.tsx';
import { calibrationFigure, coefficientsFigure, riskFigure } from './charts.ts';
import { InfluenceCard } from './influence-card.tsx';
import { valueWords } from './messages.ts';

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
  const words = valueWords[view.lang];
  const of = published.current.publishedAt;
  return (
    <>
      {value === undefined ? (
        <p class="card empty">{needsWords[view.lang].none}</p>
      ) : value.status === 'insufficient' ? (
        <Needs view={view} needs={value.needs} report={published.report} />
      ) : (
        <Worth view={view} model={value} of={of} />
      )}
      {lifecycle === undefined ? null : (
        <>
          <h2>{words.churn}</h2>
          {lifecycle.status === 'insufficient' ? (
            <Needs view={view} needs={lifecycle.needs} report={published.report} />
          ) : (
            <Risk view={view} model={lifecycle} of={of} />
          )}
        </>
      )}
      {influence === undefined ? null : influence.status === 'insufficient' ? (
        <>
          <h2>{words.influence}</h2>
          <Needs view={view} needs={influence.needs} report={published.report} />
        </>
      ) : (
        <InfluenceCard view={view} model={influence} />
      )}
      <HistoryCard view={view} published={published} />
    </>
  );
}

function Worth({ view, model, of }: { view: View; model: FittedModel<'value'>; of: string }) {
  const words = valueWords[view.lang];
  const { format } = view;
  const { card } = model;
  const better = card.baseline.mae > 0 ? 1 - card.mae / card.baseline.mae : 0;
  const r2 = format.share(Math.max(0, card.r2));
  const facts: [string, string][] = [
    [words.facts.version, model.version],
    [words.facts.asOf, addDays(model.asOf, -1)],
    [words.facts.trained, format.count(model.members)],
    [words.facts.heldOut, format.count(card.heldOut)],
    [words.facts.payers, format.count(card.payers)],
    [words.facts.history, words.days(format.count(card.historyDays))],
    [words.facts.r2, format.decimal(card.r2)],
    [words.facts.mae, format.money(card.mae)],
    [words.facts.baseline, `R² ${format.decimal(card.baseline.r2)} · ${format.money(card.baseline.mae)}`],
  ];
  return (
    <>
      <p class="headline">{card.r2 < WEAK_R2 ? words.weak(r2) : words.lead(r2, format.share(better))}</p>
      <FigureCard view={view} figure={coefficientsFigure(model, view)} of={of} share="full">
        <p class="caption">{words.interceptSaid(format.money(model.coefficients[0]?.estimate))}</p>
      </FigureCard>
      <div class="figures">
        <FigureCard view={view} figure={calibrationFigure(model, view)} of={of} />
        <section class="card" aria-labelledby="card">
          <h2 id="card">{words.card}</h2>
          <dl class="facts">
            {facts.map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ))}
            {model.dropped.length === 0 ? null : (
              <>
                <dt>{words.dropped}</dt>
                <dd>
                  {model.dropped
                    .map(
                      ({ feature, why }) => `${featureWords[view.lang][feature]} (${words.droppedWhy[why]})`,
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

function Risk({ view, model, of }: { view: View; model: FittedModel<'lifecycle'>; of: string }) {
  const words = valueWords[view.lang];
  const { format } = view;
  const { card } = model;
  return (
    <div class="figures">
      <FigureCard view={view} figure={riskFigure(model, view)} of={of} />
      <section class="card" aria-labelledby="risk-card">
        <h3 id="risk-card">{words.card}</h3>
        <p>{words.churnLead(format.share(card.auc), format.share(card.ruleAuc))}</p>
        <Scroll label={words.candidate}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.candidate}</th>
                <th scope="col">{words.auc}</th>
                <th scope="col">{words.logLoss}</th>
              </tr>
            </thead>
            <tbody>
              {card.candidates.map(({ kind, auc, logLoss }) => (
                <tr>
                  <th scope="row">{words.candidates[kind]}</th>
                  <td>{format.decimal(auc, 3)}</td>
                  <td>{format.decimal(logLoss, 3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <dl class="facts">
          <dt>{words.facts.version}</dt>
          <dd>{model.version}</dd>
          <dt>{words.facts.heldOut}</dt>
          <dd>{format.count(card.heldOut)}</dd>
        </dl>
      </section>
    </div>
  );
}
