/** Which browser, system and kind of device a user agent names. Coarse on purpose: it is kept, the text is not. Pure. */

export interface Agent {
  browser: string;
  /** Major version. */
  browser_version: string;
  os: string;
  /** Major version, as far as browsers still tell it. */
  os_version: string;
  device: 'Desktop' | 'Mobile' | 'Tablet' | 'TV';
}

/** The first that fits counts: most browsers also claim to be those after them. */
const browsers: readonly (readonly [name: string, sign: RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ['Opera', /\b(?:OPR|Opera|OPiOS)\/(\d+)/],
  ['Samsung Browser', /\bSamsungBrowser\/(\d+)/],
  ['Vivaldi', /\bVivaldi\/(\d+)/],
  ['Brave', /\bBrave\/(\d+)/],
  ['DuckDuckGo', /\b(?:DuckDuckGo|Ddg)\/(\d+)/],
  ['Yandex Browser', /\bYaBrowser\/(\d+)/],
  ['UC Browser', /\bUC ?Browser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Instagram', /\bInstagram (\d+)/],
  ['Facebook', /\bFBA[NV]\/(?:FBIOS;)?\D*(\d+)?/],
  ['WeChat', /\bMicroMessenger\/(\d+)/],
  ['Chromium', /\bChromium\/(\d+)/],
  ['Chrome', /\b(?:Chrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//],
  ['Safari', /\bAppleWebKit\/(\d+).*\bMobile\//],
  ['Internet Explorer', /\b(?:MSIE |rv:)(\d+).*\b(?:Trident|Windows)/],
];

const systems: readonly (readonly [name: string, sign: RegExp])[] = [
  ['iPadOS', /\biPad;.*?\bOS (\d+)/],
  ['iOS', /\b(?:iPhone|iPod)\b.*?\bOS (\d+)/],
  ['Android', /\bAndroid(?: (\d+))?/],
  ['Windows', /\bWindows NT (\d+\.\d+)/],
  ['Windows Phone', /\bWindows Phone(?: OS)? (\d+)/],
  ['macOS', /\bMac OS X (\d+)/],
  ['Chrome OS', /\bCrOS\b/],
  ['Tizen', /\bTizen(?: (\d+))?/],
  ['webOS', /\bWeb0S|\bwebOS\b/],
  ['FreeBSD', /\bFreeBSD\b/],
  ['Linux', /\bLinux\b|\bX11\b/],
];

const windows: Readonly<Record<string, string>> = {
  '10.0': '10',
  '6.3': '8.1',
  '6.2': '8',
  '6.1': '7',
  '6.0': 'Vista',
  '5.1': 'XP',
};

/** Empty where it names none. */
export function agentOf(text: string): Agent {
  const [browser, browser_version] = firstOf(browsers, text);
  const [os, version] = firstOf(systems, text);
  return {
    browser,
    browser_version,
    os,
    os_version: os === 'Windows' ? (windows[version] ?? '') : version,
    device: deviceOf(text, os),
  };
}

function firstOf(list: readonly (readonly [string, RegExp])[], text: string): [string, string] {
  for (const [name, sign] of list) {
    const found = sign.exec(text);
    if (found !== null) return [name, found[1] ?? ''];
  }
  return ['', ''];
}

function deviceOf(text: string, os: string): Agent['device'] {
  if (
    /\b(?:SmartTV|Smart-TV|SMART-TV|AppleTV|GoogleTV|HbbTV|BRAVIA|Roku|CrKey|AFT[A-Z])\b/.test(text) ||
    os === 'webOS'
  ) {
    return 'TV';
  }
  if (os === 'iPadOS' || /\bTablet\b|\bKindle\b|\bSilk\//.test(text)) return 'Tablet';
  // Android tablets leave "Mobile" out.
  if (os === 'Android') return /\bMobile\b/.test(text) ? 'Mobile' : 'Tablet';
  return os === 'iOS' || os === 'Windows Phone' || /\bMobi/.test(text) ? 'Mobile' : 'Desktop';
}

/** The class of a screen by its width in CSS pixels; empty where it is not known. */
export function screenClass(width: number): string {
  if (!(width > 0)) return '';
  if (width < 576) return 'Mobile';
  if (width < 992) return 'Tablet';
  return width < 1440 ? 'Laptop' : 'Desktop';
}
