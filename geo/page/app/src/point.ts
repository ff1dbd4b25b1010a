/** Coordinates as people write them: `42.85, 74.59`, `42°51′N 74°35′E`, `geo:42.85,74.59`. */

const NUMBER = String.raw`([+-]?\d+(?:\.\d+)?)`;
const PAIR = new RegExp(`^${NUMBER}\\s*°?\\s*[,;\\s]\\s*${NUMBER}\\s*°?$`);
const PART = /(\d+(?:\.\d+)?)\s*°?\s*(?:(\d+(?:\.\d+)?)\s*['′’]\s*)?(?:(\d+(?:\.\d+)?)\s*["″”]\s*)?([NSEW])/giy;

/** Latitude and longitude in degrees; null where the text is none or not on the earth. */
export function readPoint(text: string): [number, number] | null {
  const plain = text.trim().replace(/^geo:/i, "").replace(/\u2212/g, "-");
  const pair = PAIR.exec(plain);
  const point = pair ? [Number(pair[1]), Number(pair[2])] : lettered(plain);
  if (!point || Math.abs(point[0]) > 90 || Math.abs(point[1]) > 180) return null;
  return [point[0], point[1]];
}

/** Two angles with the letters of the compass, in either order. */
function lettered(text: string): [number, number] | null {
  const found: Record<string, number> = {};
  const rest = text.replace(/[,;]/g, " ").replace(/\s+/g, " ");
  PART.lastIndex = 0;
  while (PART.lastIndex < rest.length) {
    const part = PART.exec(rest);
    if (!part) return null;
    const angle = Number(part[1]) + Number(part[2] ?? 0) / 60 + Number(part[3] ?? 0) / 3600;
    const letter = part[4].toUpperCase();
    found["NS".includes(letter) ? "latitude" : "longitude"] = "SW".includes(letter) ? -angle : angle;
    while (rest[PART.lastIndex] === " ") PART.lastIndex++;
  }
  return "latitude" in found && "longitude" in found ? [found.latitude, found.longitude] : null;
}

export const pointWords = (latitude: number, longitude: number): string => `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
