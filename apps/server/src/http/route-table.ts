import type { FastifyInstance } from 'fastify';

/** The routes of the running application: what a path answers to. */
export class RouteTable {
  private readonly routes: { method: string; url: string; matches: RegExp }[] = [];

  /** Must be called before the first route is added. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      const matches = new RegExp(
        `^${url
          .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
          .replace(/:\w+/g, '[^/]+')
          .replace('\\*', '.+')}$`,
      );
      for (const each of [method].flat()) this.routes.push({ method: each, url, matches });
    });
  }

  /** Methods of the routes that match a path, in order of the alphabet; none where there is no such path. */
  methodsOf(path: string): string[] {
    const methods = this.routes.flatMap(({ method, matches }) => (matches.test(path) ? [method] : []));
    return [...new Set(methods)].sort();
  }

  /** Each route as `METHOD /path/:parameter`. */
  list(): string[] {
    return this.routes.map(({ method, url }) => `${method} ${url}`).sort();
  }
}
