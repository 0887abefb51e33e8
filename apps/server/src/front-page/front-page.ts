import type { TimelineView } from '#libs/timelines';

/** Where to begin, for whoever opens the service's address in a browser: plain HTML, nothing from elsewhere. */
export function frontPage(timelines: TimelineView[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Dateline</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem;
         color: #1a1a1a; background: #fdfdfb; }
  h1 { margin-bottom: 0; } h2 { margin: 2rem 0 0; font-size: 1.1rem; overflow-wrap: anywhere; }
  p, ul { margin: .4rem 0; }
  .quiet { color: #5a5a5a; }
  @media (prefers-color-scheme: dark) { body { color: #e8e8e4; background: #16181b; } a { color: #8ab8ff; }
         .quiet { color: #a0a0a0; } }
</style>
</head>
<body>
<h1>Dateline</h1>
<p class="quiet">What was so, when, and what we knew of it: timelines of news on two clocks.</p>
${timelines.length === 0 ? '<p>There is no timeline that is open to all: <code>POST /v1/timelines</code> makes one, with an admin key.</p>' : ''}
${timelines.map(timelineLinks).join('\n')}
<h2>The service</h2>
<ul>
<li><a href="/v1/timelines">All timelines</a></li>
<li><a href="/openapi.json">The interface, as OpenAPI 3.1</a></li>
<li><a href="/health/ready">Whether it can do its work</a></li>
</ul>
</body>
</html>
`;
}

function timelineLinks({ slug, title, size, recordedAt }: TimelineView): string {
  const base = `/v1/timelines/${slug}`;
  const last = recordedAt === null ? '' : `, the last recorded ${recordedAt}`;
  return `<h2 dir="auto">${escape(title)}</h2>
<p class="quiet">${size} developments${last}</p>
<ul>
<li><a href="${base}/situation">The situation now</a></li>
<li><a href="${base}/developments?order=desc">The log, newest first</a></li>
</ul>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
