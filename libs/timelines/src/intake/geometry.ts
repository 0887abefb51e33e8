/** GeoJSON geometries (RFC 7946, 3.1): positions are `[longitude, latitude]` or with an altitude, in WGS 84. */

type Check = (coordinates: unknown) => boolean;

function isPosition(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3) return false;
  if (!value.every((part) => typeof part === 'number' && Number.isFinite(part))) return false;
  return Math.abs(value[0] as number) <= 180 && Math.abs(value[1] as number) <= 90;
}

function listOf(check: Check, min: number): Check {
  return (value) => Array.isArray(value) && value.length >= min && value.every(check);
}

const line = listOf(isPosition, 2);
const ringPositions = listOf(isPosition, 4);

/** A linear ring is closed: it ends where it began. */
function isRing(value: unknown): boolean {
  if (!ringPositions(value)) return false;
  const ring = value as number[][];
  const end = ring.at(-1)!;
  return ring[0]!.length === end.length && ring[0]!.every((part, i) => part === end[i]);
}

const polygon = listOf(isRing, 1);

const coordinatesOf: Record<string, Check> = {
  Point: isPosition,
  MultiPoint: listOf(isPosition, 1),
  LineString: line,
  MultiLineString: listOf(line, 1),
  Polygon: polygon,
  MultiPolygon: listOf(polygon, 1),
};

export const geometryTypes = Object.keys(coordinatesOf);

/** A geometry of one of `geometryTypes`, with `type` and `coordinates` and no other member. */
export function isGeometry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { type, coordinates } = value as { type?: unknown; coordinates?: unknown };
  if (typeof type !== 'string' || !Object.hasOwn(coordinatesOf, type)) return false;
  return Object.keys(value).length === 2 && coordinatesOf[type]!(coordinates);
}
