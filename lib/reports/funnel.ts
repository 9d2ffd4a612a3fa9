import { addDays } from '#lib/events/calendar.ts';
import { ratio } from './ratio.ts';
import type { Funnel } from './report.ts';
import { type CommunitySums, FUNNEL_DAYS } from './sums.ts';

/**
 * How far those who joined in the last 90 days have come. A step's members did it whether or not they did the one before;
 * `ofPrevious` is those who did both / those who did the one before.
 */
export function computeFunnel({ asOf, funnel }: CommunitySums): Funnel {
  const { joined, trial, firstOrder, secondOrder, trialAndFirstOrder } = funnel;
  const step = (name: Funnel['steps'][number]['step'], members: number, both: number, previous: number) => ({
    step: name,
    members,
    ofJoined: ratio(members, joined),
    ofPrevious: ratio(both, previous),
  });
  return {
    from: addDays(asOf, -FUNNEL_DAYS),
    steps: [
      step('joined', joined, joined, joined),
      step('trial', trial, trial, joined),
      step('firstOrder', firstOrder, trialAndFirstOrder, trial),
      step('secondOrder', secondOrder, secondOrder, firstOrder),
    ],
  };
}
