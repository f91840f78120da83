/** A request's path and query. */
export interface RequestTarget {
  /** Without the empty first one; none of them is empty, `.` or `..`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const MAX_TARGET_LENGTH = 2048;
/** Nothing here needs more, so nothing has to be decoded: an encoded slash or dot is no path. */
const PATH = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)?$/;

/** Takes a request target apart; undefined for whatever is not a plain path of ours. */
export function parseRequestTarget(target: string | undefined): RequestTarget | undefined {
  if (target === undefined || target.length > MAX_TARGET_LENGTH) return undefined;
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  if (!PATH.test(path)) return undefined;
  return {
    segments: path === '/' ? [] : path.slice(1).split('/'),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
  };
}
