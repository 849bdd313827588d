import { describe, expect, it } from "vitest";
import { deviceOf } from "./device";

const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15";

describe("what a browser calls itself", () => {
  it.each([
    [`${iphone} (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1`, "Safari on iPhone"],
    [`${iphone} (KHTML, like Gecko) CriOS/120.0 Mobile/15E148 Safari/604.1`, "Chrome on iPhone"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36",
      "Chrome on Windows",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
      "Edge on Windows",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0", "Thunderbird on Linux"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
      "Apple Mail on Mac",
    ],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)", "iPhone"],
    ["curl/8.0", ""],
    ["", ""],
  ])("%s is %s", (agent, words) => {
    expect(deviceOf(agent)).toBe(words);
  });
});
