/** "Safari on iPhone" for what a browser calls itself; empty where it says nothing known. */
export function deviceOf(agent: string): string {
  const name = browsers.find(([pattern]) => pattern.test(agent))?.[1];
  const machine = machines.find(([pattern]) => pattern.test(agent))?.[1];
  return name && machine ? `${name} on ${machine}` : (name ?? machine ?? "");
}

// Order matters: nearly every browser also calls itself Safari, and many call themselves Chrome.
const browsers: [RegExp, string][] = [
  [/GoogleImageProxy/, "Gmail's image proxy"],
  [/Thunderbird/, "Thunderbird"],
  [/Outlook|MSOffice/, "Outlook"],
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/Firefox\/|FxiOS/, "Firefox"],
  [/Chrome\/|CriOS/, "Chrome"],
  [/Version\/.*Safari\//, "Safari"],
  [/AppleWebKit\/.*(Mobile\/|\(KHTML, like Gecko\)$)/, "Apple Mail"],
];
const machines: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Macintosh|Mac OS X/, "Mac"],
  [/CrOS/, "Chromebook"],
  [/Linux|X11/, "Linux"],
];
