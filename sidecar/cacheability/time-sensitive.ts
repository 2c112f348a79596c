import { phrases } from './phrases.ts';

/**
 * Questions whose right answer changes by the day or by the hour. The list is what hardly ever stands in a question that
 * has a lasting answer; "now", "current" and "latest" alone stand in many (docs/decisions/0014-what-is-not-cached.md).
 */
export const timeSensitive = phrases('time-sensitive', [
  ...['today', 'tonight', 'tomorrow', 'yesterday', 'right now', 'at the moment', 'as of now', 'at present'],
  ...['this morning', 'this afternoon', 'this evening', 'this week', 'this weekend', 'this month'],
  ...[
    'last night',
    'last week',
    'next week',
    'current time',
    'current date',
    'what time is it',
    'what day is it',
  ],
  ...['current price', 'current weather', 'current temperature', 'current exchange rate', 'current score'],
  ...[
    'current status',
    'current events',
    'price now',
    'latest news',
    'latest price',
    'latest score',
    'latest results',
  ],
  ...['breaking news', 'live score', 'live scores', 'stock price', 'exchange rate', 'weather forecast'],
]);
